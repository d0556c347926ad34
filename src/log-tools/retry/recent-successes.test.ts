import { describe, expect, it } from 'vitest';
import { isSoonAfter, RecentSuccesses, type LineTime } from './recent-successes.js';

const at = (time: string, timeZone = 'UTC'): LineTime => ({ time: `2026-03-29 ${time}`, timeZone });

describe('soon', () => {
  it('is within ten minutes', () => {
    expect(isSoonAfter(at('12:00:00'), at('12:10:00'))).toBe(true);
    expect(isSoonAfter(at('12:00:00'), at('12:10:01'))).toBe(false);
  });

  it('is measured between zones', () => {
    expect(isSoonAfter(at('12:00:00', 'Europe/Berlin'), at('10:05:00'))).toBe(true);
    expect(isSoonAfter(at('12:00:00', 'Europe/Berlin'), at('12:05:00'))).toBe(false);
  });

  it('is true where the clock was set back', () => {
    expect(isSoonAfter(at('02:59:00'), at('02:01:00'))).toBe(true);
  });
});

describe('recent successes', () => {
  it('know the last success of a file, where it was soon before', () => {
    const successes = new RecentSuccesses();
    successes.add('a', at('12:00:00'));
    successes.add('a', at('12:05:00'));
    expect(successes.soonBefore('a', at('12:14:00'))).toBe('2026-03-29 12:05:00');
    expect(successes.soonBefore('a', at('12:16:00'))).toBeUndefined();
    expect(successes.soonBefore('b', at('12:05:00'))).toBeUndefined();
  });

  it('forget the oldest, and say so only when that was too soon', () => {
    const slow = new RecentSuccesses(2);
    for (let hour = 10; hour < 20; hour += 1) slow.add(`${hour}`, at(`${hour}:00:00`));
    expect([slow.hasForgotten, slow.soonBefore('18', at('18:01:00'))]).toEqual([
      false,
      '2026-03-29 18:00:00',
    ]);
    const quick = new RecentSuccesses(2);
    for (let second = 10; second < 20; second += 1) quick.add(`${second}`, at(`12:00:${second}`));
    expect([quick.hasForgotten, quick.soonBefore('10', at('12:01:00'))]).toEqual([true, undefined]);
    expect(quick.soonBefore('18', at('12:01:00'))).toBe('2026-03-29 12:00:18');
  });
});
