import { describeConnection } from '../../settings/describe-connection.js';
import { showOrigin } from '../../settings/origin.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession } from '../command-session.js';
import { settingsYaml } from '../settings-text.js';

/** `tally connections show`: one connection as it is in force, secrets as the references that they are. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const { inForce, format } = await openSession(call, context);
  const name = (call.args[0] ?? '').replace(/:$/, '');
  const rows = describeConnection(name, inForce.places);
  if (format === 'json') {
    const settings = rows.map(({ path, value, origin }) => ({
      name: path.at(-1),
      value,
      origin: showOrigin(origin),
    }));
    const data = { schemaVersion: 1, connection: name, file: inForce.loaded.file, settings };
    await context.stdout.write(`${JSON.stringify(data)}\n`);
    return 0;
  }
  await context.stdout.write(`${settingsYaml(rows, call.flags['origin'] === true).join('\n')}\n`);
  return 0;
}
