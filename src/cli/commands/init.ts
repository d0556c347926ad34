import { dirname, join, resolve } from 'node:path';
import type { Files } from '../../core/files.js';
import { printable } from '../../core/printable.js';
import { nodeSurroundings } from '../../engine/surroundings.js';
import { FIRST_SETTINGS, SCHEMA_FILE } from '../../rules/first-settings.js';
import { settingsJsonSchema } from '../../rules/json-schema/settings-json-schema.js';
import { SETTINGS_FILE_NAME } from '../../settings/settings-file.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';

/** `tally init`: settings to begin with. A settings file that is there stays as it is. */
export async function run({ args, flags }: CommandCall, context: CommandContext): Promise<number> {
  const { platform, workFolder } = nodeSurroundings({ warn: () => undefined });
  const folder = resolve(workFolder, args[0] ?? '.');
  const settingsFile = join(folder, SETTINGS_FILE_NAME);
  const schemaFile = join(folder, SCHEMA_FILE);
  const schema = `${JSON.stringify(settingsJsonSchema('config'), null, 2)}\n`;
  try {
    await platform.files.makeFolder(dirname(schemaFile), { recursive: true });
    const isNew = await writeNew(platform.files, settingsFile, FIRST_SETTINGS);
    await writeText(platform.files, schemaFile, schema);
    if (isNew) {
      for (const name of ['outbox', 'delivered']) {
        await platform.files.makeFolder(join(folder, name), { recursive: true });
      }
    }
    if (flags['quiet'] !== true)
      await context.stdout.write(`${lines(settingsFile, schemaFile, isNew).join('\n')}\n`);
    return 0;
  } catch (cause) {
    const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown cause';
    throw settingsError(
      { kind: 'location', text: printable(folder) },
      `the settings cannot be written there (${errno})`,
      cause,
    );
  }
}

/** False where the file is there already: it stays. */
async function writeNew(files: Files, path: string, text: string): Promise<boolean> {
  try {
    const file = await files.open(path, 'create');
    try {
      await file.write([Buffer.from(text)], 0);
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The schema is ours: another version of it is replaced as a whole. */
async function writeText(files: Files, path: string, text: string): Promise<void> {
  const working = `${path}.new`;
  const file = await files.open(working, 'replace');
  try {
    await file.write([Buffer.from(text)], 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(working, path);
}

function lines(settingsFile: string, schemaFile: string, isNew: boolean): readonly string[] {
  if (!isNew) {
    return [
      `${printable(settingsFile)} is there already and stays as it is`,
      `renewed ${printable(schemaFile)}`,
    ];
  }
  return [
    `wrote ${printable(settingsFile)}`,
    `wrote ${printable(schemaFile)}, for editors`,
    `made the folders outbox and delivered`,
    '',
    'Next: tally rules validate, tally rules show first, tally daemon',
  ];
}
