import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logTimeOf } from './log-time.js';

/** What the calendar of the runtime says of the same text. */
function isOnCalendar(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return false;
  const iso = `${text.slice(0, 10)}T${text.slice(11)}`;
  const instantMs = Date.parse(`${iso}Z`);
  return !Number.isNaN(instantMs) && new Date(instantMs).toISOString().startsWith(iso);
}

const digits = (length: number, max: number) =>
  fc.integer({ min: 0, max }).map((value) => String(value).padStart(length, '0'));

/** Fields in and out of range, in the right form. */
const nearlyTime = fc
  .tuple(digits(4, 9999), digits(2, 14), digits(2, 33), digits(2, 25), digits(2, 61), digits(2, 61))
  .map(([year, month, day, hour, minute, second]) => `${year}-${month}-${day} ${hour}:${minute}:${second}`);

describe('logTimeOf', () => {
  it('gives the fields', () => {
    expect(logTimeOf('2006-03-12 10:11:59')).toEqual({
      year: 2006,
      month: 3,
      day: 12,
      hour: 10,
      minute: 11,
      second: 59,
    });
  });

  it('knows exactly the times that the calendar has', () => {
    fc.assert(
      fc.property(nearlyTime, (text) => {
        expect(logTimeOf(text) !== undefined).toBe(isOnCalendar(text));
      }),
      { numRuns: 5000 },
    );
  });

  it('takes nothing in which any character is replaced by another kind', () => {
    const time = '2006-03-12 10:11:59';
    for (let at = 0; at < time.length; at += 1) {
      for (const wrong of ['x', '/', ',', '\u0663', '', '00']) {
        const text = time.slice(0, at) + wrong + time.slice(at + 1);
        expect(logTimeOf(text), text).toBeUndefined();
      }
    }
  });
});
