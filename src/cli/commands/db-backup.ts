import { printable } from '../../core/printable.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { storeCall, withStore } from '../store/with-store.js';

/** `tally db backup FILE`: beside a running daemon too. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const order = await storeCall(call, context);
  const target = order.pathOf(call.args[0] ?? '');
  await withStore(order, 'read', (store) => store.upkeep.backup(target));
  await order.tell([`${printable(target)} is a sound copy of ${printable(order.file)}`], { backup: target });
  return 0;
}
