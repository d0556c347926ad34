import type { CommandCall, CommandContext } from '../../command-call.js';

/** `tally log chart`. */
export async function run(_call: CommandCall, _context: CommandContext): Promise<number> {
  throw new RangeError('not built yet');
}
