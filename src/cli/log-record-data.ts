import { partnerOf, type PartnerBook } from '../client-log/partners.js';
import type { LogFileRef, ReadRecord } from '../client-log/reading/log-line.js';
import { isLogProtocol } from '../client-log/record.js';
import { explainCode } from '../client-log/result-codes/explain-code.js';
import { instantOf } from '../client-log/zone-time.js';
import type { CellValue } from '../log-tools/csv.js';

/** A record and where it stands. */
export interface PlacedRecord {
  readonly record: ReadRecord;
  readonly file: LogFileRef;
  /** From 1; undefined where the file was read from its end. */
  readonly lineNumber: number | undefined;
}

/**
 * A record for programs: one object of `--json` and `--jsonl`, a row of `--csv`. Texts stand as they are in the log,
 * not made printable. A key without a value is undefined, which JSON leaves out.
 */
export function recordData({ record, file, lineNumber }: PlacedRecord, partners: PartnerBook) {
  const { time, protocol, host, port, user, localPath, remotePath, operation, code, result } = record;
  return {
    time,
    instant: instantText(time, file.timeZone),
    timeZone: file.timeZone,
    protocol,
    host,
    port,
    user,
    localPath,
    remotePath,
    operation,
    code,
    codeWords: explainCode(code, isLogProtocol(protocol) ? protocol : undefined)[0].phrase,
    result,
    inferred: record.isInferred,
    partner: partnerOf(record, partners),
    node: file.node === '' ? undefined : file.node,
    file: file.name,
    line: lineNumber,
  } satisfies Record<string, CellValue>;
}

const MINUTE_MS = 60_000;

/** ISO 8601 with the offset that the zone had then: `2026-03-01T02:10:44+01:00`. */
export function instantText(time: string, timeZone: string): string {
  const local = time.replace(' ', 'T');
  const minutes = Math.round((Date.parse(`${local}Z`) - instantOf(time, timeZone)) / MINUTE_MS);
  const distance = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${local}${minutes < 0 ? '-' : '+'}${two(Math.floor(distance / 60))}:${two(distance % 60)}`;
}
