import type { ChecksumAlgorithm } from '../core/checksum.js';
import { asTransferError, throwIfCancelled, TransferError } from '../core/transfer-error.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import { copyBytes, CopyFailure, type CopyReceipts, type CopyTally } from './copy-bytes.js';
import { giveFinalName, nameTaken } from './final-name.js';
import { decideTarget, entryIfThere } from './overwrite.js';
import { algorithmToTake } from './prove-content.js';
import { isAscii, type AttemptContext, type AttemptEnd, type TransferJob } from './transfer-job.js';
import type { TransferSide } from './transfer-side.js';
import type { TransferState } from './transfer-state.js';
import { verifyCopy } from './verify.js';
import {
  isUnderFinalName,
  mayBeFormer,
  mustBeNew,
  openWorkingFile,
  type WorkingFile,
  type WriteDecision,
} from './working-file.js';

/**
 * One attempt at one file: from the stage that the facts have reached to its final name. Rejects with a
 * TransferError; `state` then says how far it came.
 */
export async function attemptTransfer(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<AttemptEnd> {
  if (state.stage === 'begin') {
    const skipped = (await prepare(job, state, context)) ?? (await copyUnlessTaken(job, state, context));
    if (skipped !== undefined) return skipped;
  }
  if (state.stage === 'sent') await settleUnconfirmed(job, state, context);
  if (state.stage === 'copied') await verifyCopy(job, state, context);
  return giveFinalName(job, state, context);
}

/** Source, target and the name to work under: design.md, "The safe transfer", steps 1 to 3. */
async function prepare(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<AttemptEnd | undefined> {
  const { source } = job;
  const { signal } = context;
  const sourceFacts = await source.use(signal, (session) => session.stat(source.path, { signal }));
  if (sourceFacts.kind === 'folder') throw sourceIsFolder(source);
  state.sourceFacts = sourceFacts;
  // What stands under the final name is our own half by now, and no reason to decide anew.
  if (state.working !== undefined && isUnderFinalName(state.working)) return undefined;
  return decide(job, state, context);
}

async function decide(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<AttemptEnd | undefined> {
  const { source, target, makeFolders } = job;
  const { signal, memory } = context;
  const policy = context.options.overwrite;
  const sourceFacts = state.sourceFacts as RemoteEntry;
  const decision = await decideTarget({ policy, source, sourceFacts, target, memory, signal });
  if (decision.kind === 'skip') return { kind: 'skipped', reason: decision.reason };
  state.decision = decision;
  const { capabilities } = await openSession(target, signal);
  if (makeFolders !== undefined && capabilities.folders) {
    await target.use(signal, (session) => makeFolders(session, signal), 'make-folder');
  }
  state.working ??= await openWorkingFile(job, decision, context);
  if (state.working.kind === 'direct' && !capabilities.rename) {
    state.notes.push('written under its final name at once, since the server cannot rename');
  }
  return undefined;
}

/** Under a final name the write itself may find the name taken: then the policy decides again. */
async function copyUnlessTaken(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<AttemptEnd | undefined> {
  for (;;) {
    const isNew = mustBeNew(state);
    try {
      await copy(job, state, context);
      return undefined;
    } catch (thrown) {
      const isTaken = isNew && thrown instanceof TransferError && thrown.code === 'ALREADY_EXISTS';
      if (!isTaken) throw thrown;
      state.working = undefined;
      state.part = undefined;
      const skipped = await nameTaken(job, state, context, thrown);
      if (skipped !== undefined) return skipped;
      state.working = await openWorkingFile(job, state.decision as WriteDecision, context);
    }
  }
}

async function copy(job: TransferJob, state: TransferState, context: AttemptContext): Promise<void> {
  const { source, target } = job;
  const { signal } = context;
  const working = state.working as WorkingFile;
  const offset = state.decision?.kind === 'resume' ? state.decision.offset : 0;
  const tally: CopyTally = { bytes: 0, checksum: undefined };
  const from = { client: await openSession(source, signal), path: source.path };
  const to = { client: await openSession(target, signal), path: working.path };
  throwIfCancelled(signal, 'write');
  const algorithm = algorithmToTake(job, from.client, to.client);
  const options = copyOptions(job, state, context, offset, algorithm);
  state.part = state.sourceFacts;
  try {
    const receipts = await copyBytes(from, to, options, tally);
    state.code = transferCode(job, receipts);
    state.comparedByServer = receipts.target.checksum;
    state.stage = 'copied';
  } catch (thrown) {
    await handleCopyFailure(job, state, thrown);
  } finally {
    state.bytes = offset + tally.bytes;
    state.checksum = tally.checksum;
  }
}

async function openSession(side: TransferSide, signal: AbortSignal) {
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
  offset: number,
  algorithm: ChecksumAlgorithm,
) {
  const size = state.sourceFacts?.sizeBytes;
  return {
    signal: context.signal,
    offset,
    ascii: isAscii(job, context.options),
    sizeBytes: size === undefined ? undefined : size - offset,
    exclusive: mustBeNew(state),
    hash: context.options.verify === 'checksum' && offset === 0 ? algorithm : undefined,
    modifiedMs: context.options.keepTime ? state.sourceFacts?.modifiedMs : undefined,
    bandwidth: context.bandwidth,
    moved: context.moved,
  };
}

/** The code of the side that is not ours; of the target where both are local. */
function transferCode({ source }: TransferJob, receipts: CopyReceipts): number {
  return source.isLocal ? receipts.target.lastCode : receipts.source.lastCode;
}

/** A stream broken in its middle leaves neither session to be relied on; a lost reply leaves a fact to look at. */
async function handleCopyFailure(
  { source, target }: TransferJob,
  state: TransferState,
  thrown: unknown,
): Promise<void> {
  if (!(thrown instanceof CopyFailure)) throw thrown;
  const { side, error } = thrown;
  await source.leave(!source.isLocal);
  await target.leave(!target.isLocal);
  if (error.code !== 'REPLY_LOST') throw (side === 'source' ? source : target).logged(error);
  state.stage = 'sent';
  state.code = error.lastCode;
}

/** design.md: a reply lost at the end is settled by looking at the target, not by sending again. */
async function settleUnconfirmed(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<void> {
  const { target, source } = job;
  const { signal } = context;
  const working = state.working as WorkingFile;
  const found = await target.use(signal, (session) => entryIfThere(session, working.path, signal));
  const expected = state.sourceFacts?.sizeBytes ?? state.bytes;
  const isInDoubt = found !== undefined && 'before' in working && mayBeFormer(working.before, found);
  if (found?.sizeBytes !== expected || isInDoubt || isAscii(job, context.options)) {
    const lostCode = state.code;
    state.stage = 'begin';
    throw replyLost(target, found, expected, lostCode);
  }
  const remote = source.isLocal ? target : source;
  const session = await remote.session(signal);
  state.code = session.capabilities.settledCode;
  state.notes.push('the confirmation was lost; the size on the target proves that all bytes arrived');
  state.stage = 'copied';
}

function replyLost(
  target: TransferSide,
  found: RemoteEntry | undefined,
  expected: number,
  lastCode: number,
): TransferError {
  const there = found === undefined ? 'no file' : `${found.sizeBytes ?? 'an unknown number of'} bytes`;
  return new TransferError({
    code: 'REPLY_LOST',
    lastCode,
    phase: 'verify',
    message: `${target.pool.endpoint.label}: the confirmation was lost, and the target holds ${there} instead of ${expected} bytes`,
  });
}

function sourceIsFolder(source: TransferSide): TransferError {
  return new TransferError({
    code: 'IS_A_FOLDER',
    lastCode: source.ownFailureCode,
    phase: 'stat',
    message: `${source.pool.endpoint.label}: ${source.path} is a folder`,
    advice: 'Add --recursive to move a folder with all that is in it, or name its files with a wildcard.',
  });
}
