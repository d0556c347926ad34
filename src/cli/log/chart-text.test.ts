import { describe, expect, it } from 'vitest';
import type { ChartBar } from '../../log-tools/chart/chart-bars.js';
import { chartLines } from './chart-text.js';
import { MemoryOutput } from '../memory-output.testing.js';
import { textWidth } from '../text-width.js';

const bar = (label: string, count: number, failed: number): ChartBar => ({
  kind: 'bar',
  label,
  count,
  failed,
});
const BARS: readonly ChartBar[] = [
  bar('2026-03-01 02:00', 1000, 0),
  bar('2026-03-01 03:00', 500, 1),
  { kind: 'silence', steps: 9 },
  bar('2026-03-01 13:00', 10, 10),
  bar('2026-03-01 14:00', 0, 0),
];

describe('a chart', () => {
  it('is plain ASCII in a pipe; one failure among many is seen', () => {
    const lines = chartLines(BARS, 'hour', new MemoryOutput());
    expect(lines).toEqual([
      `2026-03-01 02:00  ${'='.repeat(59)}  1,000`,
      `2026-03-01 03:00  x${'='.repeat(29)}${' '.repeat(29)}  500, 1 failed (0.2 %)`,
      '... 9 hours without a record',
      `2026-03-01 13:00  x${' '.repeat(58)}  10, 10 failed (100 %)`,
      `2026-03-01 14:00  ${' '.repeat(59)}  0`,
    ]);
  });

  it.each([20, 30, 40, 80, 200])('fits a terminal of %i columns', (columns) => {
    for (const line of chartLines(BARS, 'hour', new MemoryOutput(columns))) {
      expect(textWidth(line)).toBeLessThan(columns);
    }
  });

  it('shows no escape of a name', () => {
    const [line] = chartLines([bar('evil\u001b[2J\u202e', 1, 0)], 'partner', new MemoryOutput(80));
    expect(line).toContain('evil\\x1b[2J\\u{202e}');
  });
});
