import { logTimeOf } from './log-time.js';

/** The words of the Protocol column. `ftps` is explicit and implicit TLS alike: the port tells them apart. */
export const LOG_PROTOCOLS = ['ftp', 'ftps', 'sftp', 'http', 'https', 'local', 's3'] as const;
export type LogProtocol = (typeof LOG_PROTOCOLS)[number];

/** The words of the Operation column. */
export const LOG_OPERATIONS = ['upload', 'download'] as const;
export type LogOperation = (typeof LOG_OPERATIONS)[number];

/** The tenth column in words: `0` in the file is `succeeded`, `1` is `failed`. */
export type ActionResult = 'succeeded' | 'failed';

/**
 * One line of the client log, columns in the order of the file. The texts hold what was meant, not what
 * the file shows: `format.ts` escapes, `parse.ts` decodes.
 */
export interface ClientLogRecord {
  /** `YYYY-MM-DD HH:MM:SS`, when the attempt ended, local to the log's time zone; the line names no zone. */
  readonly time: string;
  readonly protocol: LogProtocol;
  /** As configured, not as resolved; `localhost` for `local`. */
  readonly host: string;
  /** 0 for `local`. */
  readonly port: number;
  /** Empty where there is none. */
  readonly user: string;
  /** Absolute, in the machine's own form. For `local`: the source. */
  readonly localPath: string;
  /** As sent to the server. For `local`: the destination. */
  readonly remotePath: string;
  readonly operation: LogOperation;
  /** GetLastCode: a number of the table that belongs to the layer that spoke last. */
  readonly code: number;
  /** ACTION_RESULT. Present exactly when the line has ten columns. */
  readonly result?: ActionResult;
}

/** The code that says nothing but "failed": written where the last code of a failed attempt reads as success. */
export const UNDEFINED_FAILURE = -1;

/**
 * Whether a reader of nine columns takes this code for a success: FTP 2xx, HTTP 2xx, and 0 everywhere
 * (EFT: "success, connected").
 */
export function readsAsSuccess(protocol: LogProtocol, code: number): boolean {
  switch (protocol) {
    case 'ftp':
    case 'ftps':
    case 'http':
    case 'https':
    case 's3':
      return code === 0 || (code >= 200 && code <= 299);
    case 'sftp':
    case 'local':
      return code === 0;
  }
}

export interface AttemptEnd {
  readonly protocol: LogProtocol;
  /** The last code that the conversation returned. */
  readonly lastCode: number;
  readonly result: ActionResult;
}

/**
 * The code that the line bears. A failed attempt never bears one that reads as success (226 although bytes
 * are missing): then -1, so that nine columns cannot lie.
 */
export function loggedCode(end: AttemptEnd): number {
  return end.result === 'failed' && readsAsSuccess(end.protocol, end.lastCode)
    ? UNDEFINED_FAILURE
    : end.lastCode;
}

const MAX_PORT = 65_535;

/** Why these values cannot stand in one line of the log, or undefined when they can. */
export function recordProblem(record: ClientLogRecord): string | undefined {
  if (!isLogTime(record.time)) return 'the time is not a date and time of the form YYYY-MM-DD HH:MM:SS';
  if (!isLogProtocol(record.protocol)) return 'the protocol is not one of ours';
  if (!Number.isInteger(record.port) || record.port < 0 || record.port > MAX_PORT) {
    return `the port is not a whole number from 0 to ${MAX_PORT}`;
  }
  if (!isLogOperation(record.operation)) return 'the operation is neither upload nor download';
  if (!Number.isSafeInteger(record.code) || Object.is(record.code, -0))
    return 'the code is not a whole number';
  return undefined;
}

/** Whether the text is `YYYY-MM-DD HH:MM:SS` with a day that the calendar has. Second 60 is none of ours. */
export function isLogTime(text: string): boolean {
  return logTimeOf(text) !== undefined;
}

export function isLogProtocol(text: string): text is LogProtocol {
  return (LOG_PROTOCOLS as readonly string[]).includes(text);
}

export function isLogOperation(text: string): text is LogOperation {
  return (LOG_OPERATIONS as readonly string[]).includes(text);
}
