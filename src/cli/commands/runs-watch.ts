import type { CommandCall, CommandContext } from '../command-call.js';
import { numberArgument } from '../daemon/command-parts.js';
import { withDaemon } from '../daemon/with-daemon.js';
import { waitForRun } from '../runs/wait-for-run.js';

/** `tally runs watch`: until it has ended; the exit code tells the result. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const id = numberArgument(call.args[0] ?? '', 'RUN');
  return withDaemon(call, context, (daemon) => waitForRun(id, daemon));
}
