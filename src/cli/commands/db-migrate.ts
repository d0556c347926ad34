import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { storeCall, withStore, type StoreCall } from '../store/with-store.js';

/** `tally db migrate`. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const order = await storeCall(call, context);
  const isDue = await isOlder(order);
  const version = await withStore(order, isDue ? 'write' : 'read', (store) => store.upkeep.schemaVersion());
  const shown = printable(order.file);
  const words = isDue
    ? `the store ${shown} is of version ${version} now`
    : `nothing to do: the store ${shown} is of version ${version}, the newest`;
  await order.tell([words], { version, isMigrated: isDue });
  return 0;
}

async function isOlder(order: StoreCall): Promise<boolean> {
  try {
    await withStore(order, 'read', (store) => store.upkeep.schemaVersion());
    return false;
  } catch (error) {
    if (error instanceof TransferError && error.code === 'STORE_OUTDATED') return true;
    throw error;
  }
}
