import { asTransferError, throwIfCancelled, TransferError } from '../core/transfer-error.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import { copyBytes, CopyFailure, type CopyOptions, type CopyReceipts, type CopyTally } from './copy-bytes.js';
import { openWorkingFile } from './open-working-file.js';
import { algorithmToTake } from './prove-content.js';
import { OverlapDisagrees } from './resume-overlap.js';
import { findResumePoint, rememberCannotResume, type ResumePoint } from './resume-point.js';
import { startAnew } from './start-anew.js';
import { isAscii, type AttemptContext, type TransferJob } from './transfer-job.js';
import type { TransferSide } from './transfer-side.js';
import type { TransferState } from './transfer-state.js';
import { mustBeNew, takeBack, type WorkingFile } from './working-file.js';

/** So often what stands on the target may be wrong before we believe that the server cannot do it. */
const MAX_DISAGREEMENTS = 2;

/**
 * Brings the bytes to the working file: all of them, or those that are missing there. Sets `state.stage` to `copied`,
 * or to `sent` where only the confirmation is missing.
 */
export async function copyFile(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<void> {
  const mayStand = state.hasWritten || state.part !== undefined;
  const point = await findResumePoint(job, state, context);
  if (point !== undefined && (await goOn(job, state, context, point))) return;
  await giveBackBorrowed(job, state, context);
  // What still stood there could be taken for a part of this very source, if the write failed before it emptied the file.
  const isClear = !mayStand || !context.options.resume || (await clearStanding(job, state, context));
  state.seam = undefined;
  state.inheritedBytes = 0;
  state.part = isClear ? state.sourceFacts : undefined;
  await copyFrom(job, state, context, undefined);
}

/** False when it must be done from the start after all: nothing was written then. */
async function goOn(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
  point: ResumePoint,
): Promise<boolean> {
  state.seam = point;
  state.inheritedBytes = Math.min(state.inheritedBytes, point.offset);
  try {
    await copyFrom(job, state, context, point);
    state.notes.push(`went on after ${point.offset} bytes that stood on the target`);
    return true;
  } catch (thrown) {
    if (thrown instanceof OverlapDisagrees) {
      await job.source.leave(!job.source.isLocal);
      disagreed(job, state, context);
      return false;
    }
    const refuses = thrown instanceof CopyFailure && thrown.error.code === 'UNSUPPORTED';
    if (!refuses) return failed(job, state, thrown);
    await leaveBoth(job);
    rememberCannotResume(thrown.side === 'source' ? job.source : job.target, context);
    startAnew(state, 'the server does not go on in the middle of a file: sent from the start');
    return false;
  }
}

function disagreed({ source, target }: TransferJob, state: TransferState, context: AttemptContext): void {
  state.disagreements += 1;
  startAnew(state, 'what stood on the target is not what the source has there: sent from the start');
  if (state.disagreements < MAX_DISAGREEMENTS) return;
  for (const side of [source, target]) rememberCannotResume(side, context);
}

/** False where the server does not let us. */
async function clearStanding(
  { target }: TransferJob,
  { working }: TransferState,
  { signal }: AttemptContext,
): Promise<boolean> {
  if (working === undefined) return true;
  try {
    const taken = await target.use(signal, (session) => takeBack(session, working, signal), 'remove');
    return taken !== 'left';
  } catch (error) {
    const isAnswer = error instanceof TransferError && error.retry === 'permanent';
    if (!isAnswer || signal.aborted) throw error;
    return false;
  }
}

/** A partner's part that we do not go on with gets its name back before anything is written. */
async function giveBackBorrowed(
  { target, ...job }: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<void> {
  const { working, decision } = state;
  if (working?.kind !== 'borrowed' || decision === undefined) return;
  const signal = context.finishSignal;
  await target.use(signal, (session) => takeBack(session, working, signal), 'rename');
  await working.settle();
  state.decision = { ...decision, kind: 'write', replace: true };
  await openWorkingFile({ target, ...job }, state, context);
}

async function copyFrom(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
  point: ResumePoint | undefined,
): Promise<void> {
  const { source, target } = job;
  const { signal } = context;
  const { path } = state.working as WorkingFile;
  const tally: CopyTally = { bytes: 0, checksum: undefined };
  const from = { client: await openSession(source, signal), path: source.path };
  const to = { client: await openSession(target, signal), path };
  throwIfCancelled(signal, 'write');
  const options = copyOptions(job, state, context, point, algorithmOf(job, context, from.client, to.client));
  state.hasWritten = true;
  const { clock } = context.platform;
  const fromMs = clock.now();
  try {
    const receipts = await copyBytes(from, to, options, tally);
    state.writing = options.offset === 0 ? { fromMs, toMs: clock.now() } : undefined;
    state.code = transferCode(job, receipts);
    state.comparedByServer = receipts.target.checksum;
    state.stage = 'copied';
  } catch (thrown) {
    if (point !== undefined) throw thrown;
    await failed(job, state, thrown);
  } finally {
    state.bytes = options.offset + tally.bytes;
    state.checksum = tally.checksum;
  }
}

function algorithmOf(
  job: TransferJob,
  { options }: AttemptContext,
  from: ProtocolClient,
  to: ProtocolClient,
): CopyOptions['hash'] {
  return options.verify === 'checksum' ? algorithmToTake(job, from, to) : undefined;
}

export async function openSession(side: TransferSide, signal: AbortSignal): Promise<ProtocolClient> {
  try {
    return await side.session(signal);
  } catch (error) {
    throw side.logged(asTransferError(error, 'connect'));
  }
}

function copyOptions(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
  point: ResumePoint | undefined,
  algorithm: CopyOptions['hash'],
): CopyOptions {
  const { sourceFacts, inheritedBytes } = state;
  const offset = point?.offset ?? 0;
  const size = sourceFacts?.sizeBytes;
  const { options, signal, bandwidth, moved } = context;
  return {
    signal,
    offset,
    overlap: point?.overlap,
    version: sourceFacts?.version,
    ascii: isAscii(job, options),
    sizeBytes: size === undefined ? undefined : size - offset,
    exclusive: mustBeNew(state),
    keepUnfinished: options.resume,
    unfinished: state.working?.kind === 'whole' ? state.working.unfinished : undefined,
    hash: offset === 0 ? algorithm : undefined,
    modifiedMs: options.keepTime ? sourceFacts?.modifiedMs : undefined,
    bandwidth,
    moved: (bytes) => moved(offset + bytes - inheritedBytes, inheritedBytes),
  };
}

/** The code of the side that is not ours; of the target where both are local. */
function transferCode({ source }: TransferJob, receipts: CopyReceipts): number {
  return source.isLocal ? receipts.target.lastCode : receipts.source.lastCode;
}

/** Rejects, but where only the confirmation is missing: that leaves a fact to look at. */
async function failed(job: TransferJob, state: TransferState, thrown: unknown): Promise<true> {
  if (!(thrown instanceof CopyFailure)) throw thrown;
  const { side, error } = thrown;
  await leaveBoth(job);
  if (error.code !== 'REPLY_LOST') throw (side === 'source' ? job.source : job.target).logged(error);
  state.stage = 'sent';
  state.code = error.lastCode;
  return true;
}

/** A stream broken in its middle leaves neither session to be relied on. */
async function leaveBoth({ source, target }: TransferJob): Promise<void> {
  await source.leave(!source.isLocal);
  await target.leave(!target.isLocal);
}
