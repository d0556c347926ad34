import { escapeColumn } from '../../client-log/escape.js';
import { parseLogLine } from '../../client-log/reading/parse-log-line.js';
import type { ReadRecord } from '../../client-log/reading/log-line.js';

/** A raw `;` may stand in the paths: of an ambiguous line, which must stay as ambiguous as it was. */
export type SemicolonRule = 'escaped' | 'raw';

/**
 * A record that was read, as a line in Tallyman's own spelling and without its end; also one that Tallyman would never
 * write, such as with a foreign protocol or an empty port.
 */
export function readRecordLine(record: ReadRecord, semicolons: SemicolonRule): string {
  const path = (text: string) =>
    semicolons === 'raw' ? escapeColumn(text).replaceAll('%3B', ';') : escapeColumn(text);
  const nine = [
    record.time,
    record.protocol,
    escapeColumn(record.host),
    record.port === undefined ? '' : String(record.port),
    escapeColumn(record.user),
    path(record.localPath),
    path(record.remotePath),
    record.operation,
    String(record.code),
  ];
  return `${(record.columns === 10 ? [...nine, verdict(record)] : nine).join('; ')};`;
}

function verdict({ isInferred, result }: ReadRecord): string {
  if (isInferred) return '';
  return result === 'succeeded' ? '0' : '1';
}

const COMPARED = [
  'time',
  'protocol',
  'host',
  'port',
  'user',
  'localPath',
  'remotePath',
  'operation',
  'code',
  'result',
  'isInferred',
  'columns',
] as const satisfies readonly (keyof ReadRecord)[];

/** Whether a line with raw semicolons is read as this record again, with as many ways to part its paths. */
export function isReadAs(line: Uint8Array, record: ReadRecord): boolean {
  const reading = parseLogLine(line, { isFirst: false, hasEnd: true });
  if (reading.kind !== 'record') return false;
  return (
    COMPARED.every((key) => reading.record[key] === record[key]) &&
    reading.record.candidates?.length === record.candidates?.length
  );
}
