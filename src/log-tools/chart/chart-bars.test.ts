import { describe, expect, it } from 'vitest';
import { chartBars, hoursOrDays } from './chart-bars.js';

const row = (label: string, count = 1, failed = 0) => ({ label, count, failed });

describe('the bars of a chart', () => {
  it('an hour without a record is drawn, many of them are one line', () => {
    expect(
      chartBars([row('2026-03-01 22:00'), row('2026-03-02 01:00'), row('2026-03-02 09:00')], 'hour'),
    ).toEqual([
      { kind: 'bar', ...row('2026-03-01 22:00') },
      { kind: 'bar', ...row('2026-03-01 23:00', 0) },
      { kind: 'bar', ...row('2026-03-02 00:00', 0) },
      { kind: 'bar', ...row('2026-03-02 01:00') },
      { kind: 'silence', steps: 7 },
      { kind: 'bar', ...row('2026-03-02 09:00') },
    ]);
  });

  it('days without a record are drawn too, groups of no time have no gaps', () => {
    expect(
      chartBars([row('2026-02-27'), row('2026-03-01')], 'day').map((bar) => bar.kind === 'bar' && bar.label),
    ).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
    expect(chartBars([row('acme'), row('globex')], 'partner')).toHaveLength(2);
  });

  it('hours become days once they are too many, and nothing is lost on the way', () => {
    const hours = Array.from({ length: 80 }, (_, index) =>
      row(`2026-03-0${1 + Math.floor(index / 24)} ${String(index % 24).padStart(2, '0')}:00`, 2, 1),
    );
    expect(hoursOrDays(hours.slice(0, 72)).by).toBe('hour');
    expect(hoursOrDays(hours)).toEqual({
      by: 'day',
      rows: [
        row('2026-03-01', 48, 24),
        row('2026-03-02', 48, 24),
        row('2026-03-03', 48, 24),
        row('2026-03-04', 16, 8),
      ],
    });
    expect(hoursOrDays([])).toEqual({ by: 'hour', rows: [] });
  });
});
