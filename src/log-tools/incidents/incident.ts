import type { ActingSide } from '../../client-log/result-codes/code-entry.js';

/** Failures of one partner for one cause, close in time. */
export interface Incident {
  /** The connection's name, else the host in lower case. */
  readonly partner: string;
  /** Lower case. */
  readonly host: string;
  readonly port: number | undefined;
  /** Of the first failure, lower case. */
  readonly protocol: string;
  readonly code: number;
  /** The code's likeliest reading, a few words. */
  readonly phrase: string;
  /** Who must act. */
  readonly side: ActingSide;
  /** Of the first failure, as its file has it: `YYYY-MM-DD HH:MM:SS`. */
  readonly fromTime: string;
  /** Of the last failure. */
  readonly toTime: string;
  /** IANA zone of both times. */
  readonly timeZone: string;
  /** Lines that failed. */
  readonly attempts: number;
  /** Of these, those whose failure was read from the code. */
  readonly inferred: number;
  /** Different files among the attempts: host, port, remote path and operation. */
  readonly files: number;
  /** Attempts whose files are not counted in `files`, for want of room; 0 in all but enormous logs. */
  readonly uncounted: number;
  /** Files that succeeded later. */
  readonly recovered: number;
  /** Whether a file has not succeeded since. */
  readonly isOpen: boolean;
  /** The first of those that have not, in the order of their failures; `openFilesTotal` says how many there are. */
  readonly openFiles: readonly OpenFile[];
  readonly openFilesTotal: number;
  /** Login names, in the order seen; capped. */
  readonly users: readonly string[];
  /** Where the first failure stands. */
  readonly firstPlace: { readonly file: string; readonly lineNumber: number };
  /** What to do, one sentence. */
  readonly advice: string;
}

export interface OpenFile {
  readonly localPath: string;
  readonly remotePath: string;
  readonly operation: string;
}

/** What a log's failures come to. */
export interface IncidentReport {
  /** In the order of their first failures. */
  readonly incidents: readonly Incident[];
  /** Failures that were looked at. */
  readonly failures: number;
  /** What could not be kept or told for want of room, one sentence each; empty for most logs. */
  readonly limits: readonly string[];
}
