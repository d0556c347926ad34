import { createHash } from 'node:crypto';
import { posix, win32 } from 'node:path';
import { DateTime } from 'luxon';
import type { EventFile, TriggerEvent } from '../triggers/trigger-event.js';
import type { TriggerKind } from '../triggers/trigger.js';
import type { ScopeFacts } from './make-scope.js';

/** What a variable of ours stands for: text, or a moment that each text may write in its own way. */
export type HouseValue =
  string | { readonly atMs: number; /** Without a format; ISO 8601 when absent. */ readonly format?: string };

const KIND_NAMES: Readonly<Record<TriggerKind, string>> = {
  schedule: 'Scheduler (Timer) Event',
  folder: 'Folder Monitor',
  remote: 'Remote Folder',
  webhook: 'Webhook',
  manual: 'Manual',
  afterRule: 'After Rule',
  daemon: 'Service',
  monitorFailed: 'Folder Monitor Failed',
  connectionFailed: 'Connection Failed',
};

/**
 * Values of the variables that every run has, and of its file where a file caused it; by canonical name. Each is made
 * when it is asked for: a rule names a few of them, and a time in words costs more than all else of a small run.
 */
export class HouseValues {
  readonly #facts: ScopeFacts;
  readonly #made = new Map<string, HouseValue | undefined>();

  constructor(facts: ScopeFacts) {
    this.#facts = facts;
  }

  get(name: string): HouseValue | undefined {
    if (!this.#made.has(name)) this.#made.set(name, this.#make(name));
    return this.#made.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  names(): readonly string[] {
    return [...RUN_VALUES.keys(), ...FILE_VALUES.keys()].filter((name) => this.has(name));
  }

  #make(name: string): HouseValue | undefined {
    const { file } = this.#facts.event;
    const ofRun = RUN_VALUES.get(name);
    if (ofRun !== undefined) return ofRun(this.#facts);
    return file === undefined ? undefined : FILE_VALUES.get(name)?.(file, this.#facts);
  }
}

type RunValue = (facts: ScopeFacts) => HouseValue | undefined;
type FileValue = (file: EventFile, facts: ScopeFacts) => HouseValue | undefined;

const RUN_VALUES: ReadonlyMap<string, RunValue> = new Map(
  Object.entries<RunValue>({
    'EVENT.TIME': ({ event }) => ({ atMs: event.occurredAtMs, format: 'dd MMM yy HH:mm:ss' }),
    'EVENT.DATESTAMP': (facts) => eventMoment(facts).toFormat('yyyyMMdd'),
    'EVENT.TIMESTAMP': (facts) => eventMoment(facts).toFormat('HHmmss'),
    'EVENT.TIMESTAMP_PRECISE': (facts) => eventMoment(facts).toFormat('HHmmssSSS'),
    'EVENT.DATE_TIME_ISO8601': (facts) => eventMoment(facts).toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'"),
    'EVENT.NAME': ({ event }) => KIND_NAMES[event.trigger],
    'EVENT.EVENTNAME': ({ rule }) => rule.name,
    'EVENT.REASON': ({ event }) => event.reason,
    'EVENT.TRANSACTION_ID': ({ event, run }) => transactionId(event, run.id),
    'EVENT.KEY': ({ event }) => event.key,
    'SERVER.NODE_NAME': ({ server }) => server.nodeName,
    'SERVER.LOG_LOCATION': ({ server }) => withSeparator(server.logFolder, server.os),
    'SERVER.STATUS': () => 'Yes',
    'RULE.NAME': ({ rule }) => rule.name,
    'RUN.ID': ({ run }) => String(run.id),
    'RUN.TIME': ({ run }) => ({ atMs: run.createdMs }),
  }),
);

const FILE_VALUES: ReadonlyMap<string, FileValue> = new Map(
  Object.entries<FileValue>({
    'FS.PATH': (file) => placeOf(file) + file.path,
    'FS.FILE_NAME': fileName,
    'FS.BASE_FILE_NAME': (file, facts) => baseName(fileName(file, facts)),
    'FS.FOLDER_NAME': (file, facts) => placeOf(file) + pathsOf(file, facts).dirname(file.path),
    'FS.VIRTUAL_PATH': ({ path, folder }, { server }) => lowerPath(path, folder, server.os),
    'FS.VIRTUAL_FOLDER_NAME': (file, facts) =>
      lowerPath(pathsOf(file, facts).dirname(file.path), file.folder, facts.server.os),
    'FS.MONITOR_OPERATION': () => 'added',
    'FS.FILE_CREATE_DATE': (file, facts) => modifiedText(file, facts, 'M/d/yyyy'),
    'FS.FILE_CREATE_TIME': (file, facts) => modifiedText(file, facts, 'HH:mm:ss'),
    'FS.FILE_MODIFIED': ({ modifiedMs }) => (modifiedMs === undefined ? undefined : { atMs: modifiedMs }),
    'FS.FILE_SIZE': ({ sizeBytes }) => (sizeBytes === undefined ? undefined : String(sizeBytes)),
    'FS.CONNECTION': ({ connection }) => connection,
    'SOURCE.FILE_NAME': fileName,
    'SOURCE.BASE_FILE_NAME': (file, facts) => baseName(fileName(file, facts)),
  }),
);

function eventMoment({ event, timeZone }: ScopeFacts): DateTime {
  return DateTime.fromMillis(event.occurredAtMs, { zone: timeZone, locale: 'en-US' });
}

function modifiedText(
  { modifiedMs }: EventFile,
  { timeZone }: ScopeFacts,
  format: string,
): string | undefined {
  if (modifiedMs === undefined) return undefined;
  return DateTime.fromMillis(modifiedMs, { zone: timeZone, locale: 'en-US' }).toFormat(format);
}

function placeOf({ connection }: EventFile): string {
  return connection === '' ? '' : `${connection}:`;
}

function pathsOf({ connection }: EventFile, { server }: ScopeFacts): typeof posix {
  return connection === '' && server.os === 'win32' ? win32 : posix;
}

function fileName(file: EventFile, facts: ScopeFacts): string {
  return pathsOf(file, facts).basename(file.path);
}

/** `orders.tar.gz` -> `orders.tar`; a name that only begins with a dot keeps it. */
export function baseName(name: string): string {
  return name.replace(/(?<=.)\.[^.]*$/s, '');
}

/** With a slash in front; just the name where the file does not lie below the folder; empty for the folder itself. */
function lowerPath(path: string, folder: string, os: NodeJS.Platform): string {
  const slashed = os === 'win32' ? path.replaceAll('\\', '/') : path;
  const above = (os === 'win32' ? folder.replaceAll('\\', '/') : folder).replace(/\/+$/, '');
  if (slashed === above || (slashed === '/' && above === '')) return '';
  if (slashed.startsWith(`${above}/`)) return slashed.slice(above.length);
  return `/${slashed.slice(slashed.lastIndexOf('/') + 1)}`;
}

function withSeparator(folder: string | undefined, os: NodeJS.Platform): string | undefined {
  if (folder === undefined || /[/\\]$/.test(folder)) return folder;
  return folder + (os === 'win32' ? '\\' : '/');
}

/** Made from the run and not drawn, so that a run that goes on after a crash has the same. */
function transactionId(event: TriggerEvent, run: number): string {
  const hex = createHash('sha256').update(`${event.rule}\0${event.key}\0${run}`).digest('hex').toUpperCase();
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `9${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20, 32)].join('-');
}
