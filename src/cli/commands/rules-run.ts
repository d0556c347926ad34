import { resolve } from 'node:path';
import { printable } from '../../core/printable.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { flagText, pathPart, withDaemon } from '../daemon/with-daemon.js';
import { waitForRun } from '../runs/wait-for-run.js';

/** `tally rules run`: the daemon makes a run now; with `--wait` its end is the exit code. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const name = call.args[0] ?? '';
  const values = valuesOf(call.flags['values']);
  return withDaemon(call, context, async (daemon) => {
    const file = flagText(call, 'file');
    const { workFolder } = daemon.session.surroundings;
    const made = await daemon.client.post<{ readonly run: number }>(`/v1/rules/${pathPart(name)}/run`, {
      values,
      ...(file === undefined ? {} : { file: isAtPartner(file) ? file : resolve(workFolder, file) }),
    });
    if (call.flags['wait'] === true) return waitForRun(made.run, daemon);
    await daemon.data(made);
    await daemon.say(
      `Run ${made.run} of ${printable(name)} waits for its turn: tally runs watch ${made.run}`,
    );
    return 0;
  });
}

/** `acme:/out/a.csv`, but not `C:\a.csv`: one letter before a colon is a drive. */
function isAtPartner(file: string): boolean {
  return /^[^/\\:]{2,}:/.test(file);
}

function valuesOf(given: CommandCall['flags'][string]): Readonly<Record<string, string>> {
  const pairs = (Array.isArray(given) ? given : []).map((pair: string): [string, string] => {
    const [, name, value] = /^%?([^=%]+)%?=(.*)$/s.exec(pair) ?? [];
    if (name !== undefined && value !== undefined) return [name, value];
    throw settingsError(
      { kind: 'flag', name: '--value' },
      `must be NAME=VALUE, not "${printable(pair, 100)}"`,
    );
  });
  return Object.fromEntries(pairs);
}
