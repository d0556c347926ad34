import { partnerOf, type PartnerBook } from '../client-log/partners.js';
import type { LogFileRef, ReadRecord } from '../client-log/reading/log-line.js';
import { isLogProtocol, type ActionResult } from '../client-log/record.js';
import { explainCode } from '../client-log/result-codes/explain-code.js';
import { isoInstant } from './local-instant.js';

/** A record as programs get it: the same names in JSON, CSV and Parquet, for every `tally log` command. */
export interface RecordData {
  /** `YYYY-MM-DD HH:MM:SS`, local to `timeZone`. */
  readonly time: string;
  /** The same moment, ISO 8601 with offset. */
  readonly instant: string;
  readonly timeZone: string;
  readonly protocol: string;
  readonly host: string;
  /** Undefined where the column was empty. */
  readonly port: number | undefined;
  readonly user: string;
  readonly localPath: string;
  readonly remotePath: string;
  readonly operation: string;
  readonly code: number;
  /** The likeliest meaning of the code. */
  readonly codeWords: string;
  readonly result: ActionResult;
  /** The line has no verdict of its own; `result` is read from the code. */
  readonly inferred: boolean;
  readonly partner: string;
  readonly node: string;
  readonly file: string;
  readonly line: number;
}

/** In the order in which they are written. */
export const RECORD_DATA_KEYS = [
  'time',
  'instant',
  'timeZone',
  'protocol',
  'host',
  'port',
  'user',
  'localPath',
  'remotePath',
  'operation',
  'code',
  'codeWords',
  'result',
  'inferred',
  'partner',
  'node',
  'file',
  'line',
] as const satisfies readonly (keyof RecordData)[];

/** Where a record stands. */
export interface RecordPlace {
  readonly file: LogFileRef;
  readonly lineNumber: number;
}

export function recordData(
  record: ReadRecord,
  { file, lineNumber }: RecordPlace,
  partners: PartnerBook,
): RecordData {
  return {
    time: record.time,
    instant: isoInstant(record.time, file.timeZone),
    timeZone: file.timeZone,
    protocol: record.protocol,
    host: record.host,
    port: record.port,
    user: record.user,
    localPath: record.localPath,
    remotePath: record.remotePath,
    operation: record.operation,
    code: record.code,
    codeWords: codePhrase(record.code, record.protocol),
    result: record.result,
    inferred: record.isInferred,
    partner: partnerOf(record, partners),
    node: file.node,
    file: file.name,
    line: lineNumber,
  };
}

/** Hostile logs hold any number: the cache starts anew when it is full. */
const MAX_PHRASES = 10_000;
const phrases = new Map<string, string>();

function codePhrase(code: number, protocol: string): string {
  const key = `${protocol} ${code}`;
  const known = phrases.get(key);
  if (known !== undefined) return known;
  const { phrase } = explainCode(code, isLogProtocol(protocol) ? protocol : undefined)[0];
  if (phrases.size >= MAX_PHRASES) phrases.clear();
  phrases.set(key, phrase);
  return phrase;
}
