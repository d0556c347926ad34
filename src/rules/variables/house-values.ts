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

/** Values of the variables that every run has, and of its file where a file caused it; by canonical name. */
export function houseValues(facts: ScopeFacts): ReadonlyMap<string, HouseValue> {
  const values: Record<string, HouseValue | undefined> = {
    ...eventValues(facts),
    ...(facts.event.file === undefined ? {} : fileValues(facts.event.file, facts)),
    'SERVER.NODE_NAME': facts.server.nodeName,
    'SERVER.LOG_LOCATION': withSeparator(facts.server.logFolder, facts.server.os),
    'SERVER.STATUS': 'Yes',
    'RULE.NAME': facts.rule.name,
    'RUN.ID': String(facts.run.id),
    'RUN.TIME': { atMs: facts.run.createdMs },
  };
  return new Map(
    Object.entries(values).filter((entry): entry is [string, HouseValue] => entry[1] !== undefined),
  );
}

function eventValues({ event, rule, run, timeZone }: ScopeFacts): Record<string, HouseValue | undefined> {
  const local = DateTime.fromMillis(event.occurredAtMs, { zone: timeZone, locale: 'en-US' });
  return {
    'EVENT.TIME': { atMs: event.occurredAtMs, format: 'dd MMM yy HH:mm:ss' },
    'EVENT.DATESTAMP': local.toFormat('yyyyMMdd'),
    'EVENT.TIMESTAMP': local.toFormat('HHmmss'),
    'EVENT.TIMESTAMP_PRECISE': local.toFormat('HHmmssSSS'),
    'EVENT.DATE_TIME_ISO8601': local.toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'"),
    'EVENT.NAME': KIND_NAMES[event.trigger],
    'EVENT.EVENTNAME': rule.name,
    'EVENT.REASON': event.reason,
    'EVENT.TRANSACTION_ID': transactionId(event, run.id),
    'EVENT.KEY': event.key,
  };
}

function fileValues(
  file: EventFile,
  { server, timeZone }: ScopeFacts,
): Record<string, HouseValue | undefined> {
  const paths = file.connection === '' && server.os === 'win32' ? win32 : posix;
  const place = file.connection === '' ? '' : `${file.connection}:`;
  const name = paths.basename(file.path);
  const modified =
    file.modifiedMs === undefined
      ? undefined
      : DateTime.fromMillis(file.modifiedMs, { zone: timeZone, locale: 'en-US' });
  return {
    'FS.PATH': place + file.path,
    'FS.FILE_NAME': name,
    'FS.BASE_FILE_NAME': baseName(name),
    'FS.FOLDER_NAME': place + paths.dirname(file.path),
    'FS.VIRTUAL_PATH': lowerPath(file.path, file.folder, server.os),
    'FS.VIRTUAL_FOLDER_NAME': lowerPath(paths.dirname(file.path), file.folder, server.os),
    'FS.MONITOR_OPERATION': 'added',
    'FS.FILE_CREATE_DATE': modified?.toFormat('M/d/yyyy'),
    'FS.FILE_CREATE_TIME': modified?.toFormat('HH:mm:ss'),
    'FS.FILE_MODIFIED': file.modifiedMs === undefined ? undefined : { atMs: file.modifiedMs },
    'FS.FILE_SIZE': file.sizeBytes === undefined ? undefined : String(file.sizeBytes),
    'FS.CONNECTION': file.connection,
    'SOURCE.FILE_NAME': name,
    'SOURCE.BASE_FILE_NAME': baseName(name),
  };
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
