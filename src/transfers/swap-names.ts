import type { RemotePath } from '../core/remote-path.js';
import { asTransferError, TransferError } from '../core/transfer-error.js';
import { entryIfThere } from './overwrite.js';
import { backupPath } from './temporary-name.js';
import type { AttemptContext } from './transfer-job.js';
import type { TransferSide } from './transfer-side.js';
import type { TransferState } from './transfer-state.js';
import type { WorkingFile } from './working-file.js';

/** The old target under a name of ours, while the new one takes its name. */
export interface SetAside {
  readonly path: RemotePath;
  readonly final: RemotePath;
  /** Strikes it off the journal. */
  readonly settle: () => Promise<void>;
}

type SwapContext = Pick<AttemptContext, 'platform' | 'journal' | 'finishSignal'>;

/**
 * For servers that cannot replace in one step: the old file steps aside, the new one takes its name. The journal and
 * `state` know of the old one, so that it comes back or goes whatever happens in between. Rejects with `refusal` where
 * it cannot step aside.
 */
export async function swapNames(
  target: TransferSide,
  state: TransferState,
  final: RemotePath,
  context: SwapContext,
  refusal: TransferError,
): Promise<void> {
  const { finishSignal: signal } = context;
  const { path } = state.working as WorkingFile;
  await setOldAside(target, state, final, context, refusal);
  try {
    await target.use(signal, (session) => session.rename(path, final, { signal, replace: false }), 'rename');
  } catch (thrown) {
    const error = asTransferError(thrown, 'rename');
    if (error.retry === 'transient') state.stage = 'renaming';
    await putOldBack(target, state, context);
    throw error;
  }
}

async function setOldAside(
  target: TransferSide,
  state: TransferState,
  final: RemotePath,
  { platform, journal, finishSignal: signal }: SwapContext,
  refusal: TransferError,
): Promise<void> {
  const path = backupPath(final, platform.random);
  const settle = await journal.begin(target.pool.endpoint, { kind: 'backup', path, final });
  state.setAside.push({ path, final, settle });
  try {
    await target.use(signal, (session) => session.rename(final, path, { signal, replace: false }), 'rename');
  } catch (thrown) {
    const error = asTransferError(thrown, 'rename');
    // Lost on the way, the name may have changed: that is looked at later.
    if (error.retry === 'transient') throw error;
    state.setAside.pop();
    await settle();
    throw refusal;
  }
}

/**
 * Gives the old file its name back, unless something stands there: our copy, of whose rename the reply was lost. Never
 * rejects: what cannot be done now stays in the journal and is told.
 */
export async function putOldBack(
  target: TransferSide,
  state: TransferState,
  { finishSignal: signal }: Pick<SwapContext, 'finishSignal'>,
): Promise<void> {
  const old = state.setAside.at(-1);
  if (old === undefined) return;
  const { path, final, settle } = old;
  const isThere = async (at: RemotePath) =>
    (await target.use(signal, (session) => entryIfThere(session, at, signal))) !== undefined;
  try {
    if (await isThere(final)) return;
    if (await isThere(path)) {
      await target.use(
        signal,
        (session) => session.rename(path, final, { signal, replace: false }),
        'rename',
      );
    }
    state.setAside.pop();
    await settle();
  } catch (error) {
    state.notes.push(`the old file stands as ${path} (${reasonOf(error)})`);
  }
}

/**
 * The new file has its name: the old one goes. From here on it must never come back, not even after a crash, since the
 * partner may take the new one away at any time. What cannot be removed stays in the journal and is noted.
 */
export async function removeOld(
  target: TransferSide,
  state: TransferState,
  { journal, finishSignal: signal }: SwapContext,
): Promise<void> {
  for (const { path, settle } of state.setAside.splice(0)) {
    try {
      const removed = await journal.begin(target.pool.endpoint, { kind: 'temporary', path });
      await settle();
      await target.use(signal, (session) => removeIfThere(session.remove(path, { signal })), 'remove');
      await removed();
    } catch (error) {
      state.notes.push(`the old file could not be removed and stands as ${path} (${reasonOf(error)})`);
    }
  }
}

async function removeIfThere(removing: Promise<unknown>): Promise<void> {
  try {
    await removing;
  } catch (error) {
    if (!(error instanceof TransferError) || error.code !== 'NOT_FOUND') throw error;
  }
}

function reasonOf(error: unknown): string {
  return asTransferError(error, 'rename').message;
}
