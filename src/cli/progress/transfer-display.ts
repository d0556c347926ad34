import type { TransferError } from '../../core/transfer-error.js';
import type { Outcome } from '../../core/outcome.js';
import type { EndedAttempt, FileProgress, FileObserver } from '../../transfers/transfer-observer.js';

/** Shows a batch while it runs. */
export interface TransferDisplay extends Required<FileObserver> {
  /** An attempt at the batch as a whole, before any file was known, has ended. */
  attempted(attempt: EndedAttempt): void;
  /** A line that stays, above whatever moves. */
  note(line: string): void;
  /** Takes everything down that moves. Idempotent. */
  close(): void;
}

export type ProgressForm = 'bar' | 'line' | 'json' | 'none';

/** What a display says of one file in words; the same for all forms that speak to people. */
export interface DisplayWords {
  readonly settled: (file: FileProgress, outcome: Outcome) => string | undefined;
  readonly attempted: (attempt: EndedAttempt) => string | undefined;
  readonly retried: (file: FileProgress, error: TransferError, delayMs: number) => string | undefined;
  readonly warned: (text: string) => string;
}

/** Calls at intervals until the function that it gives is called. */
export type Ticker = (intervalMs: number, run: () => void) => () => void;

export const processTicker: Ticker = (intervalMs, run) => {
  const interval = setInterval(run, intervalMs);
  interval.unref();
  return () => clearInterval(interval);
};
