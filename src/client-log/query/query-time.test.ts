import { describe, expect, it } from 'vitest';
import { queryContext } from './query.testing.js';
import { readTime, wallTimeIn } from './query-time.js';

/** Start and end of a time, as the clocks of a zone show them. */
function spanOf(text: string, zone = 'Europe/Berlin'): unknown {
  const span = readTime(text, queryContext);
  return 'start' in span ? [wallTimeIn(span.start, zone), wallTimeIn(span.end, zone)] : span;
}

const at = (time: string) => [time, time];

describe('times of a query, at 11:00 on 2 March in Berlin', () => {
  it.each([
    ['30m', '2026-03-02 10:30:00'],
    ['24h', '2026-03-01 11:00:00'],
    ['7d', '2026-02-23 11:00:00'],
    ['2w', '2026-02-16 11:00:00'],
    ['90 minutes ago', '2026-03-02 09:30:00'],
    ['now', '2026-03-02 11:00:00'],
    ['2026-03-01T02:10', '2026-03-01 02:10:00'],
    ['2026-03-01 02:10:44', '2026-03-01 02:10:44'],
    ['2026-03-01T02:10Z', '2026-03-01 03:10:00'],
    ['2026-03-01T02:10-05:30', '2026-03-01 08:40:00'],
    ['2026-03-01T02:10+0100', '2026-03-01 02:10:00'],
  ])('%s is the moment %s', (text, time) => {
    expect(spanOf(text)).toEqual(at(time));
  });

  it.each([
    ['today', '2026-03-02 00:00:00', '2026-03-03 00:00:00'],
    ['Yesterday', '2026-03-01 00:00:00', '2026-03-02 00:00:00'],
    ['2026-02-28', '2026-02-28 00:00:00', '2026-03-01 00:00:00'],
    ['2024-02', '2024-02-01 00:00:00', '2024-03-01 00:00:00'],
    ['2026-12', '2026-12-01 00:00:00', '2027-01-01 00:00:00'],
    ['2025', '2025-01-01 00:00:00', '2026-01-01 00:00:00'],
  ])('%s is the whole span from %s up to %s', (text, start, end) => {
    expect(spanOf(text)).toEqual([start, end]);
  });

  it('are turned into the clocks of the zone of a log', () => {
    expect(spanOf('24h', 'America/New_York')).toEqual(at('2026-03-01 05:00:00'));
    expect(spanOf('2026-03-01 02:10', 'America/New_York')).toEqual(at('2026-02-28 20:10:00'));
    for (const zoned of ['2026-03-01T02:10[Asia/Tokyo]', '2026-03-01 02:10 Asia/Tokyo']) {
      expect(spanOf(zoned, 'UTC')).toEqual(at('2026-02-28 17:10:00'));
    }
  });

  it('take in the second that is running', () => {
    const late = { ...queryContext, nowMs: queryContext.nowMs + 400 };
    const span = readTime('now', late);
    if (!('start' in span)) throw new Error('no time');
    expect(wallTimeIn(span.start, 'UTC')).toBe('2026-03-02 10:00:00');
    expect(wallTimeIn(span.end, 'UTC')).toBe('2026-03-02 10:00:01');
  });

  it.each([
    ['24', { problem: '"24" has no unit', suggestion: '24h' }],
    ['24y', { problem: 'there is no unit of time "y": s, m, h, d or w' }],
    ['yestreday', { problem: '"yestreday" is no time', suggestion: 'yesterday' }],
    ['2026-02-30', { problem: 'the calendar has no 2026-02-30' }],
    ['0001-01-01', { problem: 'the calendar has no 0001-01-01' }],
    ['9999', { problem: 'the calendar has no 9999' }],
    ['999999999w', { problem: '999999999w is before the year 1970' }],
    ['2026-03-01 2:10', { problem: '"2026-03-01 2:10" is no time', suggestion: undefined }],
    [
      '2026-03-01[Europe/Berlim]',
      { problem: 'there is no time zone "Europe/Berlim" (did you mean "Europe/Berlin"?)' },
    ],
  ])('%s is refused with a word on why', (text, problem) => {
    expect(spanOf(text)).toEqual(problem);
  });
});
