import { TransferError } from '../core/transfer-error.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import { entryIfThere } from './overwrite.js';
import { proveContent, type Proven } from './prove-content.js';
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
  try {
    await checkSource(job, state, context);
    const { proof, facts } = await proveTarget(job, state, context);
    state.proof = proof;
    state.proofFacts = facts;
  } catch (error) {
    if (error instanceof TransferError && NOT_PROVEN.has(error.code)) state.stage = 'begin';
    throw error;
  }
  if (context.options.keepTime) await keepTime(job, state, context);
  state.stage = 'verified';
}

const NOT_PROVEN: ReadonlySet<string> = new Set([
  'SOURCE_CHANGED',
  'TRUNCATED',
  'SIZE_MISMATCH',
  'CONTENT_MISMATCH',
  'NOT_FOUND',
]);

async function checkSource(job: TransferJob, state: TransferState, context: AttemptContext): Promise<void> {
  const { source } = job;
  const before = state.sourceFacts as RemoteEntry;
  await requireUnchanged(source, before, context.signal);
  if (isAscii(job, context.options) || before.sizeBytes === undefined || before.sizeBytes === state.bytes)
    return;
  throw new TransferError({
    code: 'TRUNCATED',
    lastCode: source.ownFailureCode,
    phase: 'verify',
    message: `${source.pool.endpoint.label}: ${source.path} has ${before.sizeBytes} bytes, but ${state.bytes} came`,
  });
}

async function requireUnchanged(
  source: TransferSide,
  before: RemoteEntry,
  signal: AbortSignal,
): Promise<void> {
  const change = await sourceChange(source, before, signal);
  if (change === undefined) return;
  throw new TransferError({
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
  { signal }: AttemptContext,
): Promise<Proven | undefined> {
  const working = state.working as WorkingFile;
  const session = await target.session(signal);
  const found = await target.use(signal, (live) => live.stat(working.path, { signal }));
  if (!session.capabilities.sizes || found.sizeBytes === undefined) {
    state.notes.push('the server does not tell the size, so the copy is not proven');
    return NOT_AT_ALL;
  }
  if (found.sizeBytes !== state.bytes) throw sizeMismatch(target, found.sizeBytes, state.bytes);
  return { proof: 'size' };
}

async function keepTime(
  { target }: TransferJob,
  state: TransferState,
  { signal }: AttemptContext,
): Promise<void> {
  const modifiedMs = state.sourceFacts?.modifiedMs;
  const working = state.working as WorkingFile;
  if (modifiedMs === undefined) {
    state.notes.push('the time was not kept: the source does not tell it');
    return;
  }
  const session = await target.session(signal);
  if (!session.capabilities.setModifiedTime) {
    state.notes.push('the time was not kept: the server cannot set it');
    return;
  }
  await target.use(signal, (live) => live.setModifiedTime(working.path, modifiedMs, { signal }), 'set-time');
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
