import { tenthColumn } from '../../settings/client-log-settings.js';
import { describeSettings, overridingValues } from '../../settings/describe-settings.js';
import { showOrigin } from '../../settings/origin.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession } from '../command-session.js';
import { overridingLines, settingsYaml } from '../settings-text.js';

/** `tally config show`: what is in force, secrets as the references that they are. */
export async function run(call: CommandCall, context: CommandContext): Promise<number> {
  const { inForce, format, surroundings } = await openSession(call, context);
  const { places, loaded } = inForce;
  const rows = describeSettings(places, await tenthColumn(places, surroundings.queryRegistry));
  const overriding = overridingValues(places);
  if (format === 'json') {
    const data = {
      schemaVersion: 1,
      file: loaded.file,
      settings: rows.map(({ path, value, origin }) => ({
        name: path.join('.'),
        value,
        origin: showOrigin(origin),
      })),
      overriding: overriding.map(({ key, origin }) => ({ name: key, origin: showOrigin(origin) })),
    };
    await context.stdout.write(`${JSON.stringify(data)}\n`);
    return 0;
  }
  const lines = [
    `# ${loaded.file === undefined ? 'no settings file was found' : `from ${loaded.file}`}`,
    ...overridingLines(overriding),
    ...settingsYaml(rows, call.flags['origin'] === true),
  ];
  await context.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}
