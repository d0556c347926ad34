import { counted } from '../../core/counted.js';
import { printable } from '../../core/printable.js';
import type { PruneCounts } from '../../store/store-upkeep.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { storeCall, withStore } from '../store/with-store.js';

/** `tally db prune`. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const order = await storeCall(call, context);
  const { retention, nowMs } = order;
  const isDryRun = call.flags['dryRun'] === true;
  const counts = isDryRun
    ? await withStore(order, 'read', (store) => store.upkeep.prunable(retention, nowMs))
    : await withStore(order, 'write', (store) => store.upkeep.prune(retention, nowMs));
  const verb = isDryRun ? 'would be removed' : 'removed';
  const words = `${countWords(counts)} ${verb} from ${printable(order.file)}`;
  await order.tell([words], { ...counts, isDryRun });
  return 0;
}

function countWords({ runs, attempts }: PruneCounts): string {
  return `${counted(runs, 'run')} and ${counted(attempts, 'attempt')}`;
}
