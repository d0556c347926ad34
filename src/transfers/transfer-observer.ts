import type { Outcome } from '../core/outcome.js';
import type { TransferError } from '../core/transfer-error.js';
import type { EndpointColumns } from './endpoint.js';

/** One attempt that has ended: what becomes one line of the client log. */
export interface EndedAttempt {
  /** When it ended, milliseconds since 1970. */
  readonly endedAtMs: number;
  readonly columns: EndpointColumns;
  readonly operation: 'upload' | 'download';
  /** In the machine's own form. */
  readonly localPath: string;
  readonly remotePath: string;
  /** The last code of the conversation, before the rule that a failure never reads as success. */
  readonly lastCode: number;
  readonly succeeded: boolean;
  /** False when another attempt at the same file follows (`clientLog.attempts: last` leaves those out). */
  readonly isLast: boolean;
  /** From 1. */
  readonly attemptNumber: number;
  readonly error?: TransferError | undefined;
  /** Of the file, where it is known. */
  readonly sizeBytes?: number | undefined;
  /** How long the attempt took; absent where none was begun. */
  readonly tookMs?: number | undefined;
}

/** One file on its way, as the progress display and the reports know it. */
export interface FileProgress {
  readonly id: number;
  /** As in messages: path of source and target. */
  readonly source: string;
  readonly target: string;
  /** Undefined where the source hides its size. */
  readonly sizeBytes: number | undefined;
}

/** What a batch tells of its files while it runs. */
export type FileObserver = Omit<TransferObserver, 'attemptEnded' | 'noneFollowed'>;

/** What a batch tells while it runs. No method may throw. */
export interface TransferObserver {
  /** Awaited before the next attempt or file begins: the line is in the log first. A rejection stops the batch. */
  attemptEnded(attempt: EndedAttempt): Promise<void>;
  /** The attempt that ended last said that another follows: none does, since the batch is cancelled meanwhile. */
  noneFollowed?(attempt: EndedAttempt): Promise<void>;
  fileStarted?(file: FileProgress): void;
  /**
   * More payload bytes of this file have moved. `movedBytes` counts those of the copy as it grows, so it goes back where
   * an attempt begins anew; `inheritedBytes` stood on the target before this run.
   */
  fileMoved?(file: FileProgress, movedBytes: number, inheritedBytes: number): void;
  /** An attempt failed and another follows after `delayMs`. */
  fileRetried?(file: FileProgress, error: TransferError, delayMs: number): void;
  fileSettled?(file: FileProgress, outcome: Outcome): void;
  /** Files and bytes found so far in the source; `complete` when the listing has ended. */
  sourceListed?(files: number, bytes: number, complete: boolean): void;
  /** Something a person should read, such as a listing line that was not understood. */
  warned?(text: string): void;
}
