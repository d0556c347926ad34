import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hourField, hourOf, hourOfDay, hourOfField, hourText, secondsOf, secondsText } from './wall-time.js';

describe('wall time', () => {
  it('turns times into seconds and back, in every year that a log can have', () => {
    const seconds = fc.integer({
      min: secondsOf('0000-01-01 00:00:00'),
      max: secondsOf('9999-12-31 23:59:59'),
    });
    fc.assert(
      fc.property(seconds, (each) => {
        expect(secondsOf(secondsText(each))).toBe(each);
      }),
    );
  });

  it('knows the hour of a moment, also before 1970', () => {
    expect(hourText(hourOf(secondsOf('2026-03-01 02:59:59')))).toBe('2026-03-01 02:00');
    expect(hourText(hourOf(secondsOf('1969-12-31 23:10:00')))).toBe('1969-12-31 23:00');
    expect(hourOfDay(hourOf(secondsOf('1969-12-31 23:10:00')))).toBe(23);
  });

  it('reads what a field for day and hour gives, and nothing else', () => {
    const hour = hourOf(secondsOf('2026-03-01 02:00:00'));
    expect(hourOfField(hourField(hour))).toBe(hour);
    expect(hourOfField('2026-03-01')).toBe(hour - 2);
    for (const text of ['', 'yesterday', '2026-13-01', '2026-03-01T25:00', '2026-03-01 02:00']) {
      expect(hourOfField(text)).toBeUndefined();
    }
  });
});
