import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronProblem, readCron } from './cron-pattern.js';

describe('a cron text', () => {
  it.each([
    '0 6 * * *',
    '  0   6 * * mon-fri ',
    '*/15 * * * *',
    '30 0 6 * * *',
    '0 0 L * *',
    '0 9 * * MON#2',
    '0 0 29 2 *',
  ])('%s is one', (text) => {
    expect(cronProblem(text)).toBeUndefined();
  });

  it.each([
    ['', /this has 0/],
    ['@daily', /this has 1/],
    ['0 6 * *', /this has 4/],
    ['0 0 6 * * * 2027', /this has 7/],
    ['0 24 * * *', /hour: 24/],
    ['60 * * * *', /minute: 60/],
    ['? 6 * * *', /write \*/],
    ['0 6 31 2 *', /no such day/],
    ['5/5 * * * *', /stepping/],
    ['0 6 * * fun', /./],
  ])('%s is none, and it says why', (text, why) => {
    expect(cronProblem(text)).toMatch(why);
  });

  it('never throws while it is judged, and is read when nothing is against it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .array(fc.constantFrom('0', '*', '*/5', '1-4', 'L', '5,6', '99', '#', 'sun'), { maxLength: 7 })
            .map((fields) => fields.join(' ')),
        ),
        (text) => {
          if (cronProblem(text) !== undefined) return;
          expect(readCron(text).nextWallMs(Date.parse('2026-01-01T00:00Z'))).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('means each hour that passes with a star for the hour', () => {
    expect(['5 * * * *', '5 */1 * * *', '0 5 0-23 * * *'].map((text) => readCron(text).isEveryHour)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['5 */2 * * *', '5 1 * * *', '* 5 1 * * *'].map((text) => readCron(text).isEveryHour)).toEqual([
      false,
      false,
      false,
    ]);
  });
});
