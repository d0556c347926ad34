import { TransferError } from '../core/transfer-error.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import { copyFile, openSession } from './copy-file.js';
import { mannersOfEndpoint } from './endpoint.js';
import { giveFinalName, nameTaken } from './final-name.js';
import { openWorkingFile } from './open-working-file.js';
import { decideTarget, entryIfThere } from './overwrite.js';
import { seamHolds } from './resume-seam.js';
import { runServerCommands } from './server-command.js';
import { isAscii, type AttemptContext, type AttemptEnd, type TransferJob } from './transfer-job.js';
import type { TransferSide } from './transfer-side.js';
import type { TransferState } from './transfer-state.js';
import { verifyCopy } from './verify.js';
import { isUnderFinalName, mayBeFormer, mustBeNew, type WorkingFile } from './working-file.js';

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
    const skipped = await prepare(job, state, context);
    if (skipped !== undefined) return skipped;
  }
  const skipped = await bringBytes(job, state, context);
  if (skipped !== undefined) return skipped;
  if (state.stage === 'copied') await verify(job, state, context);
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
  const settled = await admitted(job, state, context);
  if (settled !== undefined) return settled;
  // What stands under the final name is our own half by now, or stands under a name of ours.
  if (state.working !== undefined && state.working.kind !== 'temporary') return undefined;
  return decide(job, state, context);
}

/** The end where the gate lets nothing go. */
async function admitted(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<AttemptEnd | undefined> {
  const sourceFacts = state.sourceFacts as RemoteEntry;
  const admission = await context.gate?.admit({ job, sourceFacts, context });
  switch (admission?.kind) {
    case undefined:
      return undefined;
    case 'go':
      if (admission.note !== undefined) state.notes.push(admission.note);
      return undefined;
    case 'skip':
      return { kind: 'skipped', reason: admission.reason };
    case 'delivered':
    case 'arrived':
      return admission;
  }
}

async function decide(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<AttemptEnd | undefined> {
  const { source, target, makeFolders } = job;
  const { signal, memory, options, platform } = context;
  const decision = await decideTarget({
    policy: options.overwrite,
    source,
    sourceFacts: state.sourceFacts as RemoteEntry,
    target,
    memory,
    files: platform.files,
    keepTime: options.keepTime,
    signal,
  });
  if (decision.kind === 'skip') return { kind: 'skipped', reason: decision.reason };
  state.decision = decision;
  await runServerCommands('before', job, state, context);
  const { capabilities } = await openSession(target, signal);
  if (makeFolders !== undefined && capabilities.folders) {
    await target.use(signal, (session) => makeFolders(session, signal), 'make-folder');
  }
  if (state.working === undefined) await openWorkingFile(job, state, context);
  return undefined;
}

/** From the stage that is reached to `copied`; a copy that went on where it should not have is made anew, once. */
async function bringBytes(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<AttemptEnd | undefined> {
  for (;;) {
    const skipped = state.stage === 'begin' ? await copyUnlessTaken(job, state, context) : undefined;
    if (skipped !== undefined) return skipped;
    if (state.stage === 'sent') await settleUnconfirmed(job, state, context);
    if (state.stage !== 'copied' || (await seamHolds(job, state, context))) return undefined;
  }
}

/** A copy that is proven to be wrong is no part to go on with. */
async function verify(job: TransferJob, state: TransferState, context: AttemptContext): Promise<void> {
  try {
    await verifyCopy(job, state, context);
  } catch (error) {
    const isShort = error instanceof TransferError && error.code === 'TRUNCATED';
    if (state.stage === 'begin' && !isShort) state.part = undefined;
    throw error;
  }
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
      await copyFile(job, state, context);
      return undefined;
    } catch (thrown) {
      const isTaken = isNew && thrown instanceof TransferError && thrown.code === 'ALREADY_EXISTS';
      if (!isTaken) throw thrown;
      await state.working?.settle();
      state.working = undefined;
      state.part = undefined;
      state.hasWritten = false;
      const skipped = await nameTaken(job, state, context, thrown);
      if (skipped !== undefined) return skipped;
      await openWorkingFile(job, state, context);
    }
  }
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
  const { capabilities } = await openSession(target, signal);
  const { statAfterUpload, goneAfterUploadOk } = mannersOfEndpoint(target.pool.endpoint);
  const isForPartner = isUnderFinalName(working);
  if (!capabilities.sizes || (isForPartner && !statAfterUpload)) throw cannotTell(target, state.code);
  const found = await target.use(signal, (session) => entryIfThere(session, working.path, signal));
  if (found === undefined && isForPartner && goneAfterUploadOk) throw cannotTell(target, state.code);
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

/**
 * What a form has sent is not to be found; what a drop-box has may not be looked at, or is taken at once: to send it once
 * more could be twice.
 */
function cannotTell(target: TransferSide, lastCode: number): TransferError {
  return new TransferError({
    code: 'REPLY_LOST',
    lastCode,
    phase: 'verify',
    message: `${target.pool.endpoint.label}: the confirmation was lost, and no look at the target can tell whether the file arrived`,
    retry: 'permanent',
    advice: 'Ask the partner whether they have it before you send it again: it is not sent again by itself.',
  });
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
    advice:
      'Add --recursive (in a rule: recursive) to move a folder with all that is in it, or name its files with a wildcard.',
  });
}
