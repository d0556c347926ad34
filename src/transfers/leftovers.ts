import { asTransferError } from '../core/transfer-error.js';
import type { RemotePath } from '../core/remote-path.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import { withSession } from './batch-plan.js';
import { endpointKey } from './endpoint.js';
import { entryIfThere } from './overwrite.js';
import type { Partial, PartialJournal } from './partial-journal.js';
import type { FreePart, PartNote } from './resumable-parts.js';
import type { SessionPool } from './session-pool.js';
import { isSameSource } from './source-identity.js';

export interface LeftoverContext {
  readonly journal: PartialJournal;
  readonly signal: AbortSignal;
  readonly warned: (text: string) => void;
}

/**
 * Clears what a killed run of ours left on this endpoint and nobody can go on with: temporary files go; an old target
 * that was set aside comes back to its name, unless the new one stands there. What cannot be cleared stays in the
 * journal and is told; it never stops the batch.
 */
export async function clearLeftovers(pool: SessionPool, context: LeftoverContext): Promise<void> {
  const { journal, signal } = context;
  for (const leftover of await journal.leftovers(pool.endpoint)) {
    const { partial } = leftover;
    await unlessFailing(partial.path, context, async () => {
      await withSession(pool, signal, (session) => clearLeftover(session, partial, signal));
      await leftover.settle();
    });
  }
}

/**
 * Clears the parts on this endpoint that no run will go on with: whose source is gone or has changed, or which are too
 * old. To be called once the files of the batch had their turn.
 */
export async function clearStaleParts(
  source: SessionPool,
  target: SessionPool,
  context: LeftoverContext,
): Promise<void> {
  for (const part of (await context.journal.parts?.free(target.endpoint)) ?? []) {
    await unlessFailing(part.note.path, context, async () => {
      if (!(await isStale(part, source, context.signal))) return;
      const own = await part.take();
      if (own === undefined) return;
      try {
        await withSession(target, context.signal, (session) =>
          clearLeftover(session, own.note, context.signal),
        );
        await own.settle();
      } finally {
        await own.leave();
      }
    });
  }
}

/** Of a source on another endpoint nothing is known here: its part waits for a run from there, or grows too old. */
async function isStale(
  { note, isExpired }: FreePart,
  pool: SessionPool,
  signal: AbortSignal,
): Promise<boolean> {
  if (isExpired) return true;
  if (note.sourceEndpoint !== endpointKey(pool.endpoint)) return false;
  const now = await withSession(pool, signal, (session) => entryIfThere(session, note.sourcePath, signal));
  return now === undefined || !isSameSource(note.source, now);
}

async function unlessFailing(
  path: RemotePath,
  { warned }: LeftoverContext,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    const error = asTransferError(thrown, 'remove');
    warned(`could not clear ${path}, left by an earlier run: ${error.message}`);
  }
}

/** Takes one of them off its target. */
export async function clearLeftover(
  session: ProtocolClient,
  left: Partial | PartNote,
  signal: AbortSignal,
): Promise<void> {
  const { kind, path } = left;
  if (kind === 'unfinished') {
    const { unfinishedId: id } = left;
    return id === undefined ? undefined : session.abandonWrite(path, { signal, id });
  }
  if ((await entryIfThere(session, path, signal)) === undefined) return;
  if (kind === 'backup' && (await entryIfThere(session, left.final, signal)) === undefined) {
    await session.rename(path, left.final, { signal, replace: false });
  } else {
    await session.remove(path, { signal });
  }
}
