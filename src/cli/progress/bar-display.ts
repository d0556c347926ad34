import type { Output } from '../output.js';
import { barLines } from './bar-layout.js';
import type { ProgressState } from './progress-state.js';
import type { DisplayWords, Ticker, TransferDisplay } from './transfer-display.js';

const REDRAW_INTERVAL_MS = 100;

/** For a terminal: lines that move, below lines that stay. */
export function barDisplay(
  output: Output,
  state: ProgressState,
  words: DisplayWords,
  ticker: Ticker,
): TransferDisplay {
  let drawnLines = 0;
  const clearText = () => (drawnLines === 0 ? '' : `\r${up(drawnLines - 1)}\u001b[J`);
  const draw = (permanent = '') => {
    const { columns, rows } = output.size();
    const lines = barLines(state.view(), columns, rows);
    void output.write(`${clearText()}${permanent}${lines.join('\n')}`);
    drawnLines = lines.length;
  };
  const note = (line: string | undefined) => {
    if (line !== undefined) draw(`${line}\n`);
  };
  const stopTicking = ticker(REDRAW_INTERVAL_MS, () => draw());
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
    close: () => {
      stopTicking();
      void output.write(clearText());
      drawnLines = 0;
    },
  };
}

function up(lines: number): string {
  return lines > 0 ? `\u001b[${lines}A` : '';
}
