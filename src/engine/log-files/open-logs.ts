import type { QueryContext } from '../../client-log/query/query.js';
import type { LogFileRef } from '../../client-log/reading/log-line.js';
import { printable } from '../../core/printable.js';
import type { LinesRequest, LogSource } from '../../log-tools/log-source.js';
import { allLines } from './all-lines.js';
import { foundLines } from './found-lines.js';
import { groupLogs, type GroupedLogs, type GroupRequest } from './group-logs.js';
import { inspectLog, type LogFile } from './log-file.js';
import { findLogs, type FoundLog } from './log-names.js';
import type { ScanOptions } from './scan-lanes.js';

export interface LogsRequest {
  /** Files, masks, folders, `-`. */
  readonly names: readonly string[];
  /** The zone of a file's times. */
  readonly timeZoneOf: (name: string) => string;
  /** Processor cores to use. */
  readonly jobs: number;
  /** What queries are read against. */
  readonly queryContext: QueryContext;
  /** Ends reading with CANCELLED. */
  readonly signal: AbortSignal;
  /** Something a person should read. */
  readonly warn: (text: string) => void;
}

/** Client logs, opened. */
export interface OpenLogs extends LogSource {
  /** Counts records by groups, on all cores. */
  groups(request: GroupRequest): Promise<GroupedLogs>;
}

/** Opens client logs. Rejects with a TransferError that names the file. */
export async function openLogs(request: LogsRequest): Promise<OpenLogs> {
  const found = findLogs(request.names);
  const refOf = refMaker(found, request.timeZoneOf);
  const files: LogFile[] = [];
  for (const each of found) files.push(...(await inspectLog(each, refOf)));
  files.sort((left, right) => left.firstInstantMs - right.firstInstantMs);
  const options: ScanOptions = {
    jobs: request.jobs,
    signal: request.signal,
    wasCut: (name) =>
      request.warn(`${printable(name)} became shorter while it was read; what was cut off is missing`),
  };
  return {
    files: files.map(({ ref }) => ref),
    lines: ({ query, withUnreadable = false }: LinesRequest = {}) =>
      query === undefined
        ? allLines(files, options)
        : foundLines(
            files,
            { query: { text: query.text, context: request.queryContext }, withUnreadable },
            options,
          ),
    groups: (groups) => groupLogs(files, groups, options),
  };
}

/** Nodes are told apart by their folders, where files of several folders are read at once. */
function refMaker(found: readonly FoundLog[], timeZoneOf: (name: string) => string) {
  const folders = new Set(found.map(({ folder }) => folder));
  return ({ name, folder }: FoundLog): LogFileRef => ({
    name,
    timeZone: timeZoneOf(name),
    node: folders.size > 1 ? (folder ?? '') : '',
  });
}
