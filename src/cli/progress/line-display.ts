import type { Output } from '../output.js';
import { totalParts } from './bar-layout.js';
import type { ProgressState } from './progress-state.js';
import type { DisplayWords, Ticker, TransferDisplay } from './transfer-display.js';

const LINE_INTERVAL_MS = 60_000;

/** Without a terminal: a line each minute and on each failure. Without a ticker only the failures. */
export function lineDisplay(
  output: Output,
  state: ProgressState,
  words: DisplayWords,
  ticker: Ticker | undefined,
): TransferDisplay {
  const note = (line: string | undefined) => {
    if (line !== undefined) void output.write(`${line}\n`);
  };
  const stopTicking = ticker?.(LINE_INTERVAL_MS, () => note(totalParts(state.view()).join(', ')));
  return {
    attempted: (attempt) => note(words.attempted(attempt)),
    fileStarted: (file) => state.started(file),
    fileMoved: (file, movedBytes, inheritedBytes) => state.moved(file, movedBytes, inheritedBytes),
    fileRetried: (file, error, delayMs) => {
      state.retried(file);
      note(words.retried(file, error, delayMs));
    },
    fileSettled: (file, outcome) => {
      state.settled(file, outcome);
      note(words.settled(file, outcome));
    },
    sourceListed: (files, bytes, complete) => state.listed(files, bytes, complete),
    warned: (text) => note(words.warned(text)),
    note,
    close: () => stopTicking?.(),
  };
}
