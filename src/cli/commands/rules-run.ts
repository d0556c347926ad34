import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { pathPart, withDaemon } from '../daemon/with-daemon.js';
import { fileFlag } from '../rules/file-flag.js';
import { valuesFlag } from '../rules/values-flag.js';
import { waitForRun } from '../runs/wait-for-run.js';

/** `tally rules run`: the daemon makes a run now; with `--wait` its end is the exit code. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const name = call.args[0] ?? '';
  const values = valuesFlag(call.flags['values']);
  let isMade = false;
  const asked = withDaemon(call, context, async (daemon) => {
    const file = fileFlag(call.flags['file'], daemon.session.surroundings.workFolder);
    const made = await daemon.client.post<{ readonly run: number }>(`/v1/rules/${pathPart(name)}/run`, {
      values,
      ...(file === undefined ? {} : { file }),
    });
    isMade = true;
    if (call.flags['wait'] === true) return waitForRun(made.run, daemon);
    await daemon.data(made);
    await daemon.say(
      `Run ${made.run} of ${printable(name)} waits for its turn: tally runs watch ${made.run}`,
    );
    return 0;
  });
  return asked.catch((error: unknown) => {
    throw isMade ? error : withTest(error, name);
  });
}

/** Only a daemon runs a rule; what it would do can be seen without one. */
function withTest(error: unknown, name: string): unknown {
  if (!(error instanceof TransferError) || error.code !== 'DAEMON_UNREACHABLE') return error;
  const advice = `${error.advice} What the rule would do is told without one by: tally rules test ${printable(name)}`;
  return error.with({ advice });
}
