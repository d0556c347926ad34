import type { TailEvent, TailLine } from './tail-event.js';

/** What a log is asked for at the start. */
export interface StartRequest {
  /** So many of the last lines that are wanted; fewer where there are no more. */
  readonly count: number;
  /** No more than this is read, however few lines were found. */
  readonly maxScanBytes: number;
  /** A last line without its end: `taken` for a line, or `left` because somebody is writing it and polls follow. */
  readonly unfinished: 'taken' | 'left';
}

/** The last lines of a log. */
export interface StartedLog {
  /** In the log's order. */
  readonly lines: readonly TailLine[];
  readonly scannedBytes: number;
  /** Neither the beginning of the log nor enough lines were reached. */
  readonly isCut: boolean;
}

/** A log that grows: one file, or a folder of day's files. */
export interface GrowingLog {
  /** Nothing can come any more; absent where something always can. */
  readonly isOver?: boolean;
  /** Reads the last lines; polls go on behind them. Rejects as the system does. */
  start(request: StartRequest): Promise<StartedLog>;
  /** What has come since the last poll. Never rejects: what the system says is told, and tried again next time. */
  poll(): AsyncGenerator<TailEvent>;
  /** Gives back all handles, and last lines whose ends never came. Idempotent. */
  leave(): AsyncGenerator<TailEvent>;
}
