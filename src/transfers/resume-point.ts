import type { RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import { isLocal } from './endpoint.js';
import { entryIfThere } from './overwrite.js';
import { readStretch } from './read-stretch.js';
import type { Overlap } from './resume-overlap.js';
import { isSameSource } from './source-identity.js';
import { isAscii, type AttemptContext, type TransferJob } from './transfer-job.js';
import type { TransferSide } from './transfer-side.js';
import type { TransferState } from './transfer-state.js';
import type { WorkingFile } from './working-file.js';

/** Where a copy may go on, if the source agrees with what stands right before. */
export interface ResumePoint {
  readonly offset: number;
  readonly overlap: Overlap;
}

/**
 * As much as an SFTP session has under way: a server that writes in any order and dies may leave a hole there, and
 * nowhere before.
 */
const OVERLAP_BYTES = 2 * 1024 * 1024;
/** What is shorter is sent again sooner than looked at. */
export const SHORTEST_PART_BYTES = 64 * 1024;

/**
 * Looks for what an attempt before left, in this run or a former one. The target's own word counts, never what we
 * believe to have sent. Undefined = from the start. Rejects when a connection fails.
 */
export async function findResumePoint(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<ResumePoint | undefined> {
  const working = state.working as WorkingFile;
  if (!(await mayResume(job, state, context))) return undefined;
  const point =
    working.kind === 'whole'
      ? await unfinishedWrite(job.target, working, context.signal)
      : await standingPart(job.target, state, working.path, context);
  return point === undefined || point.offset > (state.sourceFacts?.sizeBytes ?? 0) ? undefined : point;
}

async function mayResume(
  { source, target }: TransferJob,
  state: TransferState,
  { options, memory, signal }: AttemptContext,
): Promise<boolean> {
  const { part, sourceFacts, working, decision } = state;
  if (part === undefined || sourceFacts === undefined || working === undefined) return false;
  const isTheirs = decision?.kind === 'resume';
  if ((!options.resume && !isTheirs) || isAscii({ source }, options)) return false;
  // The old file may still stand there, and be as long as our part would be.
  if (working.kind === 'direct' && working.before.kind !== 'nothing' && !isTheirs) return false;
  if (!isSameSource(part, sourceFacts)) {
    state.notes.push('the source is not what an earlier attempt read: sent from the start');
    return false;
  }
  const from = await source.use(signal, (session) => Promise.resolve(session), 'connect');
  const to = await target.use(signal, (session) => Promise.resolve(session), 'connect');
  const isKnownNotTo = [source, target].some(({ pool }) => memory.of(pool.endpoint).cannotResume === true);
  return from.capabilities.resumeRead && to.capabilities.resumeWrite && !isKnownNotTo;
}

async function standingPart(
  target: TransferSide,
  { decision }: TransferState,
  path: RemotePath,
  context: AttemptContext,
): Promise<ResumePoint | undefined> {
  const { signal } = context;
  const found = await target.use(signal, (session) => entryIfThere(session, path, signal));
  const offset = found?.sizeBytes ?? 0;
  const isCompared = decision?.kind === 'resume' && decision.offset === offset;
  if (offset < SHORTEST_PART_BYTES && !isCompared) return undefined;
  const lengthBytes = Math.min(OVERLAP_BYTES, offset);
  const bytes = await readTail(target, path, { offset: offset - lengthBytes, lengthBytes }, context);
  if (bytes?.byteLength !== lengthBytes) return undefined;
  // A server may keep room for a file before its bytes come: zeros are no sign that they came.
  if (!isCompared && bytes.every((byte) => byte === 0)) return undefined;
  return { offset, overlap: { lengthBytes, standing: { kind: 'bytes', bytes } } };
}

/** Undefined where the server does not let us. */
async function readTail(
  target: TransferSide,
  path: RemotePath,
  stretch: { readonly offset: number; readonly lengthBytes: number },
  context: AttemptContext,
): Promise<Uint8Array | undefined> {
  try {
    return await readStretch(target, path, stretch, context.signal);
  } catch (error) {
    const isAnswer = error instanceof TransferError && error.retry === 'permanent';
    if (!isAnswer || context.signal.aborted) throw error;
    if (error.code === 'UNSUPPORTED') rememberCannotResume(target, context);
    return undefined;
  }
}

async function unfinishedWrite(
  target: TransferSide,
  { path, unfinished: { id } }: WorkingFile & { readonly kind: 'whole' },
  signal: AbortSignal,
): Promise<ResumePoint | undefined> {
  if (id === undefined) return undefined;
  const unfinished = await target.use(
    signal,
    (session) => session.unfinishedWrite(path, { signal, id }),
    'write',
  );
  if (unfinished === undefined || unfinished.bytes === 0) return undefined;
  const { bytes, tail } = unfinished;
  const { lengthBytes, algorithm, value } = tail;
  if (lengthBytes <= 0 || tail.offset + lengthBytes !== bytes) return undefined;
  return { offset: bytes, overlap: { lengthBytes, standing: { kind: 'checksum', algorithm, value } } };
}

/** Of this machine's disk it would not be true. */
export function rememberCannotResume({ pool }: TransferSide, { memory }: AttemptContext): void {
  if (!isLocal(pool.endpoint)) memory.remember(pool.endpoint, { cannotResume: true });
}
