import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextHoursPerSlot, slotOf, slotStart, slotWords } from './slots.js';
import { hourOf, hourText, secondsOf } from './wall-time.js';

const widths = [1, 24, 168, 336, 672];

describe('slots of time', () => {
  it('hold every hour in exactly one, which begins at or before it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e7, max: 1e7 }), fc.constantFrom(...widths), (hour, width) => {
        const start = slotStart(slotOf(hour, width), width);
        expect(hour - start).toBeGreaterThanOrEqual(0);
        expect(hour - start).toBeLessThan(width);
      }),
    );
  });

  it('begin weeks on Monday and days at midnight', () => {
    const sunday = hourOf(secondsOf('2026-03-01 13:00:00'));
    expect(hourText(slotStart(slotOf(sunday, 168), 168))).toBe('2026-02-23 00:00');
    expect(hourText(slotStart(slotOf(sunday, 24), 24))).toBe('2026-03-01 00:00');
  });

  it('become wider so that each wider one holds whole narrower ones', () => {
    expect(widths.slice(0, -1).map(nextHoursPerSlot)).toEqual(widths.slice(1));
    fc.assert(
      fc.property(
        fc.integer({ min: -1e5, max: 1e5 }),
        fc.constantFrom(...widths.slice(0, -1)),
        (slot, width) => {
          const wider = nextHoursPerSlot(width);
          const first = slotStart(slot, width);
          expect(slotOf(first, wider)).toBe(slotOf(first + width - 1, wider));
        },
      ),
    );
  });

  it('have names', () => {
    expect([1, 6, 24, 168, 336].map(slotWords)).toEqual(['hour', '6 hours', 'day', 'week', '2 weeks']);
  });
});
