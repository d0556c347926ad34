import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Files } from '../core/files.js';
import type { Origin } from './origin.js';
import type { SettingsDocument } from './settings-document.js';
import { SettingsError, settingsError, type SettingsProblem } from './settings-error.js';
import type { TallySettings } from './settings-schema.js';

export const SETTINGS_FILE_NAME = 'tallyman.yaml';
/** Ten thousand rules take about half of it. */
export const MAX_SETTINGS_BYTES = 16 * 1024 * 1024;

/** Where to look for the settings. */
export interface SettingsSearch {
  readonly files: Files;
  readonly os: NodeJS.Platform;
  /** Number of our own user where the system has numbers. */
  readonly userId: number | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder that we were started in. */
  readonly workFolder: string;
  readonly homeFolder: string;
  /** By `--config`. */
  readonly file?: string | undefined;
}

/** The checked settings and where they came from. */
export interface LoadedSettings {
  /** Undefined when there is no settings file. */
  readonly file: string | undefined;
  /** Relative paths count from here: the folder of the settings file, also for the files that it includes. */
  readonly folder: string;
  readonly settings: TallySettings;
  /** The same as it stands in the file: checked, so without any secret. */
  readonly written: Readonly<Record<string, unknown>>;
  /** The settings file, then what it includes, in the order of reading; empty when there is none. */
  readonly documents: readonly SettingsDocument[];
  originOf(path: readonly PropertyKey[]): Origin;
}

/**
 * The first of: `--config`, `TALLY_CONFIG`, `tallyman.yaml` in the work folder or a folder above it, the user's,
 * the system's, and what it includes. Without any, empty settings. All problems of all files at once as
 * SETTINGS_INVALID. Rules are not looked at: see `rules/load-rule-book.ts`.
 */
export async function loadSettings(search: SettingsSearch): Promise<LoadedSettings> {
  const { loaded, problems } = await readSettingsFile(search);
  if (problems.length === 0) return loaded;
  throw new SettingsError(problems);
}

/** As `loadSettings`, but with what can be read in spite of the problems. Rejects when no text can be read. */
export async function readSettingsFile(search: SettingsSearch): Promise<ReadSettings> {
  const file = await findSettingsFile(search);
  if (file === undefined) return { loaded: noSettings(search.workFolder), problems: [] };
  const text = await readSettingsText(file, search);
  // The libraries for YAML and schemas take longer to load than all else: only for a file that is there.
  const [{ readIncluded }, { mergeSettings }] = await Promise.all([
    import('./included-files.js'),
    import('./merge-settings.js'),
  ]);
  const read = await readIncluded({ file, text }, search);
  const merged = mergeSettings(read.documents);
  const loaded = { ...merged.part, file, folder: dirname(file), documents: read.documents };
  return { loaded, problems: [...read.problems, ...merged.problems] };
}

/** What was read, and what is wrong with it. */
export interface ReadSettings {
  readonly loaded: LoadedSettings;
  readonly problems: readonly SettingsProblem[];
}

function noSettings(folder: string): LoadedSettings {
  return {
    file: undefined,
    folder,
    settings: {},
    written: {},
    documents: [],
    originOf: () => ({ kind: 'default' }),
  };
}

/** The file that `loadSettings` reads; a named one need not exist, a found one does. */
export async function findSettingsFile(search: SettingsSearch): Promise<string | undefined> {
  if (search.file !== undefined) return resolve(search.workFolder, search.file);
  const named = search.environment['TALLY_CONFIG'];
  if (named !== undefined && named !== '') return resolve(search.workFolder, named);
  for (const folder of foldersUpward(search.workFolder)) {
    const file = join(folder, SETTINGS_FILE_NAME);
    if (await exists(search.files, file)) {
      await refuseForeignFile(file, search);
      return file;
    }
  }
  for (const folder of standingFolders(search)) {
    const file = join(folder, SETTINGS_FILE_NAME);
    if (await exists(search.files, file)) return file;
  }
  return undefined;
}

async function readSettingsText(file: string, search: SettingsSearch): Promise<string> {
  try {
    return (await search.files.readAll(file, MAX_SETTINGS_BYTES)).toString('utf8').replace(/^\ufeff/, '');
  } catch (cause) {
    const errno = (cause as NodeJS.ErrnoException).code ?? 'it cannot be read';
    const reason =
      errno === 'ENOENT' ? 'there is no such settings file' : `the settings file cannot be read (${errno})`;
    throw settingsError(namedBy(file, search), reason, cause);
  }
}

/** The flag or variable that named the file; the file itself when it was found. */
function namedBy(file: string, search: SettingsSearch): Origin {
  if (search.file !== undefined) return { kind: 'flag', name: `--config ${search.file}` };
  const named = search.environment['TALLY_CONFIG'];
  if (named !== undefined && named !== '') return { kind: 'environment', name: `TALLY_CONFIG=${named}` };
  return { kind: 'file', file, line: 1, column: 1 };
}

/**
 * A settings file may name programs that print a secret. So one that merely lies on the way up counts only when
 * it is ours or the system's, and when nobody else can write to it.
 */
async function refuseForeignFile(file: string, search: SettingsSearch): Promise<void> {
  const { access } = await search.files.stat(file);
  if (access === undefined || search.userId === undefined) return;
  const foreign = access.ownerId !== search.userId && access.ownerId !== 0;
  if (!foreign && (access.mode & 0o002) === 0) return;
  const reason = foreign ? 'belongs to another user' : 'can be changed by every user';
  throw settingsError(
    { kind: 'file', file, line: 1, column: 1 },
    `this file lies above the work folder but ${reason}; name it by --config to use it all the same`,
  );
}

function* foldersUpward(start: string): Iterable<string> {
  let folder = start;
  for (;;) {
    yield folder;
    const parent = dirname(folder);
    if (parent === folder) return;
    folder = parent;
  }
}

/** The user's folder, then the system's. */
function standingFolders({ os, environment, homeFolder }: SettingsSearch): readonly string[] {
  if (os === 'win32') {
    const appData = environment['APPDATA'] ?? join(homeFolder, 'AppData', 'Roaming');
    return [join(appData, 'tallyman'), join(environment['ProgramData'] ?? 'C:\\ProgramData', 'tallyman')];
  }
  const configHome = environment['XDG_CONFIG_HOME'];
  const userFolder =
    configHome !== undefined && isAbsolute(configHome) ? configHome : join(homeFolder, '.config');
  return [join(userFolder, 'tallyman'), '/etc/tallyman'];
}

async function exists(files: Files, path: string): Promise<boolean> {
  try {
    return (await files.stat(path)).kind === 'file';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return false;
    throw error;
  }
}
