import type { Outcome } from '../../core/outcome.js';
import { errorData } from '../error-text.js';
import type { Output } from '../output.js';
import type { ProgressState } from './progress-state.js';
import type { Ticker, TransferDisplay } from './transfer-display.js';

const MOVED_INTERVAL_MS = 1_000;

/** For programs: one event a line, `event` says which; `progress` comes once a second. */
export function jsonDisplay(output: Output, state: ProgressState, ticker: Ticker): TransferDisplay {
  const emit = (event: string, facts: Readonly<Record<string, unknown>>) => {
    void output.write(`${JSON.stringify({ event, ...facts })}\n`);
  };
  const stopTicking = ticker(MOVED_INTERVAL_MS, () => emit('progress', { ...state.view() }));
  return {
    attempted: ({ error, attemptNumber, isLast }) =>
      emit('attempted', { attemptNumber, isLast, error: error && errorData(error) }),
    fileStarted: (file) => {
      state.started(file);
      emit('started', { ...file });
    },
    fileMoved: (file, movedBytes, inheritedBytes) => state.moved(file, movedBytes, inheritedBytes),
    fileRetried: (file, error, delayMs) => {
      state.retried(file);
      emit('retried', { ...file, delayMs, error: errorData(error) });
    },
    fileSettled: (file, outcome) => {
      state.settled(file, outcome);
      emit('settled', { ...file, outcome: outcomeData(outcome) });
    },
    sourceListed: (files, bytes, complete) => {
      state.listed(files, bytes, complete);
      const { foundFiles, totalBytes } = state.view();
      if (complete) emit('listed', { files: foundFiles, bytes: totalBytes });
    },
    warned: (text) => emit('warned', { text }),
    note: (line) => emit('note', { text: line }),
    close: () => stopTicking(),
  };
}

/** An outcome without its classes. */
export function outcomeData(outcome: Outcome): Readonly<Record<string, unknown>> {
  return outcome.kind === 'failed' ? { ...outcome, error: errorData(outcome.error) } : { ...outcome };
}
