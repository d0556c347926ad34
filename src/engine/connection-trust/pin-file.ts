import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseSettingsText } from '../../settings/settings-document.js';
import { checkSettings } from '../../settings/check-settings.js';
import { editPins, type PinEdit } from '../../settings/pin-edit.js';
import { settingsError } from '../../settings/settings-error.js';
import type { LoadedSettings } from '../../settings/settings-file.js';

/** A change of the settings file that has not been made yet. */
export interface PinChange {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** Makes the new text and checks that it is still valid. Rejects with SETTINGS_INVALID. */
export async function preparePins({ file }: Pick<LoadedSettings, 'file'>, edit: PinEdit): Promise<PinChange> {
  if (file === undefined) throw new TypeError('a connection stands in a file');
  const bytes = await fs.readFile(file);
  const before = bytes.toString('utf8');
  if (!Buffer.from(before).equals(bytes))
    throw settingsError(startOf(file), 'is not UTF-8: change it by hand');
  const after = editPins(before, file, edit);
  checkSettings(parseSettingsText(after, file));
  return { file, before, after };
}

/**
 * Puts the new text in place of the old in one step, with the same rights and owner; a link stays a link. Rejects
 * with SETTINGS_INVALID, the file untouched, when somebody changed it meanwhile or it cannot be written.
 */
export async function writePins({ file, before, after }: PinChange): Promise<void> {
  try {
    await replace(await fs.realpath(file), { file, before, after });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) throw error;
    throw settingsError(startOf(file), `the settings file cannot be written (${code})`, error);
  }
}

async function replace(target: string, { file, before, after }: PinChange): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tally`);
  try {
    await writeLike(target, temporary, after);
    if ((await fs.readFile(target, 'utf8')) !== before) throw changedMeanwhile(file);
    await fs.rename(temporary, target);
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeLike(target: string, temporary: string, text: string): Promise<void> {
  const { mode, uid, gid } = await fs.stat(target);
  const handle = await fs.open(temporary, 'wx', mode & 0o777);
  try {
    await handle.writeFile(text, 'utf8');
    const own = await handle.stat();
    if (own.uid !== uid || own.gid !== gid) await handle.chown(uid, gid);
    await handle.chmod(mode & 0o7777);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function changedMeanwhile(file: string): Error {
  return settingsError(
    startOf(file),
    'somebody changed the file meanwhile, so it was left as it is: run the command again',
  );
}

function startOf(file: string) {
  return { kind: 'file', file, line: 1, column: 1 } as const;
}
