import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { storeCall, withStore, type StoreCall } from '../store/with-store.js';

const UNSOUND = 7;

/** `tally db check`: exit code 7 when something is wrong. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const order = await storeCall(call, context);
  const problems = await problemsOf(order);
  const shown = printable(order.file);
  const words =
    problems.length === 0
      ? [`the store ${shown} is sound`]
      : [
          `the store ${shown} is not sound:`,
          ...problems.map((problem) => `  ${printable(problem)}`),
          'What to do: stop the daemon, keep this file, and put a back-up in its place.',
        ];
  await order.tell(words, { isSound: problems.length === 0, problems });
  return problems.length === 0 ? 0 : UNSOUND;
}

/** Damage that keeps the store from being opened is a finding too. */
async function problemsOf(order: StoreCall): Promise<readonly string[]> {
  try {
    return await withStore(order, 'read', (store) => store.upkeep.check());
  } catch (error) {
    if (error instanceof TransferError && error.code === 'STORE_DAMAGED') return [error.message];
    throw error;
  }
}
