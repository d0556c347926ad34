import { TransferError } from '../core/transfer-error.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import { mannersOfEndpoint } from './endpoint.js';
import { entryIfThere } from './overwrite.js';
import { proveContent, type Proven } from './prove-content.js';
import { learnClock, NOTEWORTHY_OFFSET_MS } from './server-clock.js';
import { isAscii, type AttemptContext, type TransferJob } from './transfer-job.js';
import type { TransferSide } from './transfer-side.js';
import type { TransferState } from './transfer-state.js';
import type { WorkingFile } from './working-file.js';

/**
 * Proves the copy and that the source is still what was read: design.md, "The safe transfer", steps 4 to 6.
 * A copy that is not proven is written anew by the next attempt.
 */
export async function verifyCopy(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<void> {
  await judging(state, WRONG_SOURCE, () => checkSource(job, state, context));
  const { proof, facts } = await judging(state, WRONG_COPY, () => proveTarget(job, state, context));
  state.proof = proof;
  state.proofFacts = facts;
  if (context.options.keepTime) await keepTime(job, state, context);
  state.stage = 'verified';
}

/** What condemns the copy because of its source. */
const WRONG_SOURCE: ReadonlySet<string> = new Set(['SOURCE_CHANGED', 'TRUNCATED', 'NOT_FOUND']);
/** What condemns it by what was found on the target; a look that broke off (TRUNCATED) has found nothing. */
const WRONG_COPY: ReadonlySet<string> = new Set([
  'SOURCE_CHANGED',
  'SIZE_MISMATCH',
  'CONTENT_MISMATCH',
  'NOT_FOUND',
]);

/** Goes back to the beginning when the copy is condemned; after any other failure it is looked at again. */
async function judging<T>(
  state: TransferState,
  condemning: ReadonlySet<string>,
  look: () => Promise<T>,
): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof TransferError && condemning.has(error.code)) state.stage = 'begin';
    throw error;
  }
}

async function checkSource(job: TransferJob, state: TransferState, context: AttemptContext): Promise<void> {
  const { source } = job;
  const before = state.sourceFacts as RemoteEntry;
  const isWhole = !isAscii(job, context.options) && before.sizeBytes === state.bytes;
  const change = await sourceChange(source, before, context.signal);
  // A server that gives a file once has no other whole copy than ours.
  if (change === VANISHED && isWhole) state.notes.push('the source was gone once it was read');
  else if (change !== undefined) throw changedWhileRead(source, change);
  if (isAscii(job, context.options) || before.sizeBytes === undefined || isWhole) return;
  throw new TransferError({
    code: 'TRUNCATED',
    lastCode: source.ownFailureCode,
    phase: 'verify',
    message: `${source.pool.endpoint.label}: ${source.path} has ${before.sizeBytes} bytes, but ${state.bytes} came`,
  });
}

function changedWhileRead(source: TransferSide, change: string): TransferError {
  return new TransferError({
    code: 'SOURCE_CHANGED',
    lastCode: source.ownFailureCode,
    phase: 'verify',
    message: `${source.pool.endpoint.label}: ${source.path} ${change} while it was read`,
    side: source.isLocal ? 'us' : 'partner',
  });
}

/** What has become of the source since `before`, in words; undefined when nothing has. */
export async function sourceChange(
  source: TransferSide,
  before: RemoteEntry,
  signal: AbortSignal,
): Promise<string | undefined> {
  return describeChange(
    before,
    await source.use(signal, (session) => entryIfThere(session, source.path, signal)),
  );
}

export const VANISHED = 'vanished';

function describeChange(before: RemoteEntry, now: RemoteEntry | undefined): string | undefined {
  if (now === undefined) return VANISHED;
  if (before.sizeBytes !== now.sizeBytes) return `changed from ${before.sizeBytes} to ${now.sizeBytes} bytes`;
  if (before.modifiedMs !== now.modifiedMs) return 'was written to';
  // A server that tells its version at times only (a file just written has a weak ETag) says nothing by that.
  const isTold = before.version !== undefined && now.version !== undefined;
  if (isTold && before.version !== now.version) return 'has another content';
  return undefined;
}

async function proveTarget(job: TransferJob, state: TransferState, context: AttemptContext): Promise<Proven> {
  const { verify } = context.options;
  if (verify === 'none') return NOT_AT_ALL;
  if (isAscii(job, context.options)) {
    state.notes.push('sent as text: sizes on both sides may differ, so the copy is not proven');
    return NOT_AT_ALL;
  }
  const wantsContent = verify === 'checksum';
  if (wantsContent && state.comparedByServer !== undefined) return proveContent(job, state, context);
  const bySize = await proveSize(job, state, context);
  if (bySize === undefined) return NOT_AT_ALL;
  return wantsContent ? proveContent(job, state, context) : bySize;
}

const NOT_AT_ALL: Proven = { proof: 'none' };

/** Undefined where the copy may not be looked at, or is gone and may be so; without a size there is no proof yet. */
async function proveSize(
  { target }: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<Proven | undefined> {
  const { signal } = context;
  const { statAfterUpload } = mannersOfEndpoint(target.pool.endpoint);
  if (!statAfterUpload) {
    state.notes.push('sent blind: the connection forbids looking after an upload, so the copy is not proven');
    return undefined;
  }
  const session = await target.session(signal);
  const found = await lookAtCopy(target, state, signal);
  if (found === undefined) {
    state.notes.push('the partner took the file at once, so the copy is accepted, but not proven');
    return undefined;
  }
  noteClock(target, found, state, context);
  if (!session.capabilities.sizes || found.sizeBytes === undefined) {
    state.notes.push('the server does not tell the size, so the copy is not proven');
    return NOT_AT_ALL;
  }
  if (found.sizeBytes !== state.bytes) throw sizeMismatch(target, found.sizeBytes, state.bytes);
  return { proof: 'size' };
}

/** Undefined where it is gone and may be so; under a name of ours nobody takes it. */
async function lookAtCopy(
  target: TransferSide,
  state: TransferState,
  signal: AbortSignal,
): Promise<RemoteEntry | undefined> {
  const { path } = state.working as WorkingFile;
  const mayBeGone =
    mannersOfEndpoint(target.pool.endpoint).goneAfterUploadOk && path === state.decision?.path;
  return target.use(signal, (live) =>
    mayBeGone ? entryIfThere(live, path, signal) : live.stat(path, { signal }),
  );
}

/** The server's clock, measured for nothing; a time carried over from the source says nothing of it. */
function noteClock(
  { pool }: TransferSide,
  found: RemoteEntry,
  state: TransferState,
  { options, memory }: AttemptContext,
): void {
  if (options.keepTime || state.writing === undefined) return;
  const offsetMs = learnClock(pool.endpoint, found, state.writing, memory);
  if (offsetMs === undefined || Math.abs(offsetMs) < NOTEWORTHY_OFFSET_MS) return;
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  state.notes.push(
    `the server's clock is ${minutes} min ${offsetMs > 0 ? 'ahead of' : 'behind'} ours, by the time that it gave the file`,
  );
}

async function keepTime(
  { target }: TransferJob,
  state: TransferState,
  { signal }: AttemptContext,
): Promise<void> {
  const modifiedMs = state.sourceFacts?.modifiedMs;
  const { path } = state.working as WorkingFile;
  const notKept = (why: string) => void state.notes.push(`the time was not kept: ${why}`);
  if (modifiedMs === undefined) return notKept('the source does not tell it');
  if (!mannersOfEndpoint(target.pool.endpoint).setTimes) return notKept('setTimes is off for the connection');
  const session = await target.session(signal);
  if (session.capabilities.setModifiedTime) {
    await target.use(signal, (live) => live.setModifiedTime(path, modifiedMs, { signal }), 'set-time');
    return;
  }
  // Some servers take it along with the bytes: what they tell now shows it.
  const { statAfterUpload } = mannersOfEndpoint(target.pool.endpoint);
  const now = statAfterUpload
    ? await target.use(signal, (live) => entryIfThere(live, path, signal))
    : undefined;
  if (!isSameTime(modifiedMs, now)) notKept('the server cannot set it');
}

function isSameTime(modifiedMs: number, now: RemoteEntry | undefined): boolean {
  const toleranceMs = Math.max(now?.precisionMs ?? 0, 1_000);
  return now?.modifiedMs !== undefined && Math.abs(now.modifiedMs - modifiedMs) <= toleranceMs;
}

function sizeMismatch(target: TransferSide, found: number, expected: number): TransferError {
  return new TransferError({
    code: 'SIZE_MISMATCH',
    lastCode: target.ownFailureCode,
    phase: 'verify',
    message: `${target.pool.endpoint.label}: the copy has ${found} bytes on the target instead of ${expected}`,
    side: target.isLocal ? 'us' : 'partner',
  });
}
