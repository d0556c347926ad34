import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DayCalendar } from './day-calendar.js';

const DAY_MS = 86_400_000;
const dayOf = (number: number) => new Date(number * DAY_MS).toISOString().slice(0, 10);

function missing(days: readonly string[]) {
  const calendar = new DayCalendar();
  for (const day of days) calendar.add(day);
  return [...calendar.missing()];
}

describe('missing days', () => {
  it('are those between the first and the last that nobody has added', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 10_950, max: 11_050 }), { minLength: 1, maxLength: 40 }),
        (numbers) => {
          const gaps = missing(numbers.map(dayOf));
          const found = gaps.flatMap(({ from, count }) =>
            Array.from({ length: count }, (_, index) => dayOf(Date.parse(from) / DAY_MS + index)),
          );
          const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
          const expected = Array.from({ length: last - first + 1 }, (_, index) => first + index);
          expect(found).toEqual(expected.filter((number) => !numbers.includes(number)).map(dayOf));
          for (const { from, to, count } of gaps) {
            expect(Date.parse(to) - Date.parse(from)).toBe((count - 1) * DAY_MS);
          }
        },
      ),
    );
  });

  it('reach over years, leap days and the ends of time', () => {
    expect(missing(['2024-02-28', '2024-03-01'])).toEqual([
      { from: '2024-02-29', to: '2024-02-29', count: 1 },
    ]);
    expect(missing(['2025-12-31', '2026-01-01'])).toEqual([]);
    expect(missing(['0000-01-01', '9999-12-31'])).toEqual([
      { from: '0000-01-02', to: '9999-12-30', count: 3_652_423 },
    ]);
    expect(missing([])).toEqual([]);
  });
});
