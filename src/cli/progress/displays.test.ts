import { beforeEach, describe, expect, it } from 'vitest';
import { TransferError } from '../../core/transfer-error.js';
import type { Output } from '../output.js';
import { barDisplay } from './bar-display.js';
import { jsonDisplay } from './json-events.js';
import { lineDisplay } from './line-display.js';
import { ProgressState } from './progress-state.js';
import type { DisplayWords, TransferDisplay } from './transfer-display.js';

const words: DisplayWords = {
  settled: ({ source }, { kind }) => (kind === 'failed' ? `failed ${source}` : undefined),
  attempted: () => 'retry',
  retried: ({ source }) => `retry ${source}`,
  warned: (text) => `warning ${text}`,
};
const file = { id: 1, source: 'a', target: 'b', sizeBytes: 10 };
const failure = {
  kind: 'failed',
  delivered: false,
  error: new TransferError({ code: 'TIMEOUT', lastCode: 2000, phase: 'write', message: 'too slow' }),
} as const;

let text: string;
let intervals: number[];
let tick: () => void;
let output: Output;
const ticker = (intervalMs: number, run: () => void) => {
  intervals.push(intervalMs);
  tick = run;
  return () => intervals.pop();
};

beforeEach(() => {
  text = '';
  intervals = [];
  output = {
    isTerminal: true,
    hasColor: false,
    isClosed: false,
    size: () => ({ columns: 60, rows: 10 }),
    write: (part) => {
      text += typeof part === 'string' ? part : Buffer.from(part).toString();
      return undefined;
    },
  };
});

/** What a terminal shows after the text: lines, the cursor moved by the two sequences that we use. */
function screen(): string[] {
  const lines = [''];
  let row = 0;
  for (const part of text.split(/(\r|\n|\u001b\[\d*[AJ])/)) {
    if (part === '\n') row += 1;
    else if (part === '\r') continue;
    else if (part.endsWith('J') && part.startsWith('\u001b')) lines.splice(row, Infinity, '');
    else if (part.startsWith('\u001b')) row -= Number(part.slice(2, -1));
    else lines[row] = (lines[row] ?? '') + part;
    lines[row] ??= '';
  }
  return lines;
}

describe('the bar', () => {
  let display: TransferDisplay;
  beforeEach(() => {
    display = barDisplay(output, new ProgressState(() => 0), words, ticker);
  });

  it('redraws in place, failures scroll away above it', () => {
    display.fileStarted(file);
    tick();
    display.fileMoved(file, 5, 0);
    tick();
    expect(screen()).toEqual([expect.stringMatching(/^a .*50%/), '0 files  5 B']);
    display.fileRetried(file, failure.error, 1000);
    display.fileSettled(file, failure);
    display.warned('odd line');
    tick();
    expect(screen()).toEqual(['retry a', 'failed a', 'warning odd line', '1 file  1 failed  0 B  1 retry']);
  });

  it('leaves nothing behind but the lines that stay', () => {
    display.fileStarted(file);
    display.note('kept');
    display.close();
    expect(screen()).toEqual(['kept', '']);
    expect(intervals).toEqual([]);
  });
});

describe('without a terminal', () => {
  it('a line comes each minute and on each failure, without an escape', () => {
    const display = lineDisplay(output, new ProgressState(() => 0), words, ticker);
    expect(intervals).toEqual([60_000]);
    display.fileStarted(file);
    display.fileMoved(file, 5, 0);
    display.fileSettled(file, failure);
    tick();
    display.close();
    expect(text).toBe('failed a\n1 file, 1 failed, 0 B\n');
    expect(intervals).toEqual([]);
  });
});

it('for programs each event is one line of JSON', () => {
  const display = jsonDisplay(output, new ProgressState(() => 0), ticker);
  display.sourceListed(1, 10, true);
  display.fileStarted(file);
  display.fileRetried(file, failure.error, 1000);
  display.fileSettled(file, failure);
  tick();
  display.close();
  const events = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string });
  expect(events.map(({ event }) => event)).toEqual(['listed', 'started', 'retried', 'settled', 'progress']);
  expect(events[3]).toMatchObject({ source: 'a', outcome: { kind: 'failed', error: { code: 'TIMEOUT' } } });
});
