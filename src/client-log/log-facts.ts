import { localTime } from './local-time.js';
import {
  loggedCode,
  type ActionResult,
  type ClientLogRecord,
  type LogOperation,
  type LogProtocol,
} from './record.js';

/** What a transfer knows when one attempt at one file has ended; the log makes a line of it. */
export interface ClientLogFacts {
  /** When the attempt ended, milliseconds since 1970 (`platform.clock.now()`). Decides the day's file. */
  readonly endedMs: number;
  readonly protocol: LogProtocol;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly localPath: string;
  readonly remotePath: string;
  readonly operation: LogOperation;
  /** The last code that the conversation returned, as it is: `loggedCode` is applied here. */
  readonly lastCode: number;
  readonly result: ActionResult;
}

export interface RecordStyle {
  /** IANA name of the zone that the Time column and the file's day are written in. */
  readonly timeZone: string;
  /** Whether the line has ten columns. */
  readonly tenthColumn: boolean;
}

export interface DatedRecord {
  readonly record: ClientLogRecord;
  /** `yymmdd` of the record's own time: the day whose file it stands in. */
  readonly day: string;
}

/** The record of an attempt, and the day that it belongs to. Pure. */
export function recordOf(facts: ClientLogFacts, style: RecordStyle): DatedRecord {
  const { time, day } = localTime(facts.endedMs, style.timeZone);
  const record: ClientLogRecord = {
    time,
    protocol: facts.protocol,
    host: facts.host,
    port: facts.port,
    user: facts.user,
    localPath: facts.localPath,
    remotePath: facts.remotePath,
    operation: facts.operation,
    code: loggedCode(facts),
  };
  return { record: style.tenthColumn ? { ...record, result: facts.result } : record, day };
}
