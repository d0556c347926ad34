import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DURATION_MS, parseDuration, showDuration } from './duration.js';

describe('a duration', () => {
  it.each([
    [30, 30_000],
    ['30', 30_000],
    ['1.5', 1_500],
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    [' 2H ', 7_200_000],
    ['0', 0],
    ['24d', MAX_DURATION_MS],
  ])('%s is %i ms', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  it.each(['', 'soon', '-5', '5 minutes', '5x', '1e9', '25d', 'NaN', '5m later', '0x10'])(
    '"%s" is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it('is never negative, fractional or longer than a timer holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double().map(String), fc.double()), (input) => {
        const durationMs = parseDuration(input);
        if (durationMs === undefined) return;
        expect(Number.isInteger(durationMs) && durationMs >= 0 && durationMs <= MAX_DURATION_MS).toBe(true);
      }),
    );
  });
});

it.each([
  [0, '0 ms'],
  [340, '340 ms'],
  [2_800, '2.8 s'],
  [42_000, '42 s'],
  [185_000, '3 min 5 s'],
  [7_800_000, '2 h 10 min'],
  [90_000_000, '1 d 1 h'],
])('%i ms reads as %s', (durationMs, text) => {
  expect(showDuration(durationMs)).toBe(text);
});
