import { asTransferError } from '../core/transfer-error.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import { withSession } from './batch-plan.js';
import { entryIfThere } from './overwrite.js';
import type { Partial, PartialJournal } from './partial-journal.js';
import type { SessionPool } from './session-pool.js';

/**
 * Clears what a killed run of ours left on this endpoint: temporary files go; an old target that was set aside
 * comes back to its name, unless the new one stands there. What cannot be cleared stays in the journal and is
 * told; it never stops the batch.
 */
export async function clearLeftovers(
  pool: SessionPool,
  journal: PartialJournal,
  signal: AbortSignal,
  warned: (text: string) => void,
): Promise<void> {
  for (const leftover of await journal.leftovers(pool.endpoint)) {
    try {
      await withSession(pool, signal, (session) => clear(session, leftover.partial, signal));
      await leftover.settle();
    } catch (thrown) {
      const error = asTransferError(thrown, 'remove');
      warned(`could not clear ${leftover.partial.path}, left by an earlier run: ${error.message}`);
    }
  }
}

async function clear(session: ProtocolClient, partial: Partial, signal: AbortSignal): Promise<void> {
  if ((await entryIfThere(session, partial.path, signal)) === undefined) return;
  if (partial.kind === 'backup' && (await entryIfThere(session, partial.final, signal)) === undefined) {
    await session.rename(partial.path, partial.final, { signal, replace: false });
  } else {
    await session.remove(partial.path, { signal });
  }
}
