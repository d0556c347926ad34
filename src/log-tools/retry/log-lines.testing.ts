import type { LogFileRef, LogLine, ReadRecord } from '../../client-log/reading/log-line.js';

export const testLog: LogFileRef = { name: 'cl260301.log', timeZone: 'UTC', node: '' };

const ACME: ReadRecord = {
  time: '2026-03-01 02:10:44',
  protocol: 'sftp',
  host: 'sftp.acme.example',
  port: 22,
  user: 'orders',
  localPath: '/srv/out/a.xml',
  remotePath: '/in/a.xml',
  operation: 'upload',
  code: 10_060,
  result: 'failed',
  isInferred: false,
  columns: 10,
  deviations: [],
};

/** A record of a failed push of `/srv/out/a.xml` to `/in/a.xml`, with changes. */
export function failed(changes: Partial<ReadRecord> = {}): ReadRecord {
  return { ...ACME, ...changes };
}

export function succeeded(changes: Partial<ReadRecord> = {}): ReadRecord {
  return { ...ACME, code: 0, result: 'succeeded', ...changes };
}

/** Records as the lines of one log, in their order. */
export function linesOf(records: readonly ReadRecord[], file: LogFileRef = testLog): readonly LogLine[] {
  return records.map((record, index) => ({ kind: 'record', record, ...placeOf(index, file) }));
}

/** The record as a last line without its end. */
export function incompleteLine(record: ReadRecord, file: LogFileRef = testLog): LogLine {
  return { kind: 'incomplete', record, ...placeOf(999, file) };
}

function placeOf(index: number, file: LogFileRef) {
  return {
    file,
    lineNumber: index + 1,
    offset: index * 100,
    lengthBytes: 100,
    raw: new Uint8Array(),
    lineEnd: '\n',
  } as const;
}
