import type { RemotePath } from '../core/remote-path.js';
import { asTransferError, TransferError } from '../core/transfer-error.js';
import { mannersOfEndpoint } from './endpoint.js';
import { decideTarget, entryIfThere, targetExists, targetIsFolder } from './overwrite.js';
import { removeOld, swapNames } from './swap-names.js';
import type { AttemptContext, AttemptEnd, TransferJob } from './transfer-job.js';
import type { TransferState } from './transfer-state.js';
import type { WorkingFile } from './working-file.js';

/**
 * Gives the proven copy its final name: design.md, "The safe transfer", step 6. Runs to its end once begun;
 * a reply lost here is settled by looking, here or in the next attempt.
 */
export async function giveFinalName(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<AttemptEnd> {
  const working = state.working as WorkingFile;
  const final = state.decision?.path as RemotePath;
  if (
    working.path !== final &&
    !(state.stage === 'renaming' && (await isRenamedAlready(job, state, context)))
  ) {
    const skipped = await rename(job, state, context);
    if (skipped !== undefined) return skipped;
  }
  state.stage = 'named';
  await removeOld(job.target, state, context);
  await strikeOff(working, state);
  return { kind: 'named' };
}

/** The file has its name, whatever our own disk says now; a later run finds nothing to clear. */
async function strikeOff(working: WorkingFile, state: TransferState): Promise<void> {
  try {
    await working.settle();
  } catch (error) {
    state.notes.push(`the note of the copy stays behind: ${asTransferError(error, 'rename').message}`);
  }
}

/** After a lost reply: the copy is either still under its temporary name, or whole under the final one. */
async function isRenamedAlready(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<boolean> {
  const { target } = job;
  const signal = context.finishSignal;
  const working = state.working as WorkingFile;
  const waiting = await target.use(signal, (session) => entryIfThere(session, working.path, signal));
  if (waiting !== undefined) return false;
  const final = state.decision?.path as RemotePath;
  const found = await target.use(signal, (session) => entryIfThere(session, final, signal));
  if (found !== undefined && (found.sizeBytes === undefined || found.sizeBytes === state.bytes)) {
    state.notes.push(
      'the reply to the rename was lost; the file stands under its final name with its full size',
    );
    return true;
  }
  state.stage = 'begin';
  throw new TransferError({
    code: 'REPLY_LOST',
    lastCode: target.ownFailureCode,
    phase: 'rename',
    message: `${target.pool.endpoint.label}: the reply to the rename was lost, and neither ${working.path} nor ${final} holds the file`,
  });
}

async function rename(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
): Promise<AttemptEnd | undefined> {
  for (;;) {
    const decision = state.decision;
    const replace = decision?.kind === 'resume' || decision?.replace === true;
    try {
      if (!replace) await refuseTaken(job, state, context);
      await renameOnce(job, state, context, replace);
      return undefined;
    } catch (thrown) {
      const error = asTransferError(thrown, 'rename');
      if (replace || error.code !== 'ALREADY_EXISTS') throw error;
      const taken = await nameTaken(job, state, context, error);
      if (taken !== undefined) return taken;
    }
  }
}

/** Servers that replace without being asked to: what came to stand there while the bytes went is seen before. */
async function refuseTaken(
  { target }: TransferJob,
  { decision }: TransferState,
  { finishSignal: signal }: AttemptContext,
): Promise<void> {
  const { exclusiveRename } = (await target.session(signal)).capabilities;
  if (exclusiveRename || !mannersOfEndpoint(target.pool.endpoint).statAfterUpload) return;
  const final = decision?.path as RemotePath;
  const found = await target
    .use(signal, (session) => entryIfThere(session, final, signal))
    .catch((error: unknown) => {
      if (error instanceof TransferError && error.retry === 'permanent') return undefined;
      throw error;
    });
  if (found !== undefined) throw targetExists(target);
}

async function renameOnce(
  { target }: TransferJob,
  state: TransferState,
  context: AttemptContext,
  replace: boolean,
): Promise<void> {
  const signal = context.finishSignal;
  const working = state.working as WorkingFile;
  const final = state.decision?.path as RemotePath;
  try {
    await target.use(signal, (session) => session.rename(working.path, final, { signal, replace }), 'rename');
  } catch (thrown) {
    const error = asTransferError(thrown, 'rename');
    if (error.retry === 'transient') {
      state.stage = 'renaming';
      throw error;
    }
    const inTheWay = replace
      ? await target.use(signal, (session) => entryIfThere(session, final, signal))
      : undefined;
    if (inTheWay === undefined) throw error;
    if (inTheWay.kind === 'folder') throw targetIsFolder(target, final).with({ lastCode: error.lastCode });
    await swapNames(target, state, final, context, error);
  }
}

/**
 * Somebody took the name since we looked: the policy decides again, the copy stays as it is. Rejects with `error` where
 * the policy has no way out.
 */
export async function nameTaken(
  job: TransferJob,
  state: TransferState,
  context: AttemptContext,
  error: TransferError,
): Promise<AttemptEnd | undefined> {
  const policy = context.options.overwrite;
  if (policy === 'skip') return { kind: 'skipped', reason: 'the target exists' };
  if (policy !== 'numerate' || state.sourceFacts === undefined) throw error;
  const { source, target } = job;
  const signal = context.finishSignal;
  const { memory } = context;
  const decision = await decideTarget({
    policy,
    source,
    sourceFacts: state.sourceFacts,
    target,
    memory,
    files: context.platform.files,
    keepTime: context.options.keepTime,
    signal,
  });
  if (decision.kind !== 'skip') state.decision = decision;
  return undefined;
}
