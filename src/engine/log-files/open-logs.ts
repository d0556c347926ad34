import { createReadStream } from 'node:fs';
import type { LogFileRef, LogLine } from '../../client-log/reading/log-line.js';
import { readLogBatches } from '../../client-log/reading/read-client-log.js';
import type { LinesRequest, LogSource } from '../../log-tools/log-source.js';
import { findLogs, unreadable } from './log-names.js';

export interface LogsRequest {
  /** Files, masks, folders, `-`. */
  readonly names: readonly string[];
  /** The zone of a file's times. */
  readonly timeZoneOf: (name: string) => string;
  /** Processor cores to use. */
  readonly jobs: number;
}

/** Opens client logs. Rejects with a TransferError that names the file. */
export async function openLogs(request: LogsRequest): Promise<LogSource> {
  const found = findLogs(request.names);
  const folders = new Set(found.map(({ folder }) => folder));
  const files = found.map(({ name, folder }): LogFileRef => ({
    name,
    timeZone: request.timeZoneOf(name),
    node: folders.size > 1 ? (folder ?? '') : '',
  }));
  return { files, lines: (lines) => linesOf(files, lines) };
}

async function* linesOf(
  files: readonly LogFileRef[],
  { query }: LinesRequest = {},
): AsyncGenerator<readonly LogLine[]> {
  for (const file of files) {
    const chunks = file.name === '-' ? process.stdin : createReadStream(file.name);
    try {
      for await (const batch of readLogBatches(chunks as AsyncIterable<Uint8Array>, file)) {
        yield query === undefined
          ? batch
          : batch.filter(
              (line) =>
                (line.kind === 'record' || line.kind === 'incomplete') &&
                line.record !== undefined &&
                query.matches(line.record, file),
            );
      }
    } catch (error) {
      throw unreadable(file.name, error);
    }
  }
}
