import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localTime } from './local-time.js';
import { instantOf } from './zone-time.js';

/** Zones with whole, half and quarter hours, with a change of half an hour, over the date line, and with changes of law. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Pacific/Chatham',
  'America/Caracas',
  'Antarctica/Troll',
] as const;

const aMoment = fc.integer({ min: Date.UTC(1980, 0, 1) / 1000, max: Date.UTC(2037, 0, 1) / 1000 });
/** Within two days of the changes of a spring and an autumn in most zones. */
const nearAChange = fc
  .tuple(
    fc.integer({ min: 1996, max: 2036 }),
    fc.constantFrom([2, 8], [2, 25], [3, 1], [9, 25], [10, 1], [10, 6]),
    fc.integer({ min: 0, max: 8 * 86_400 }),
  )
  .map(([year, [month, day], seconds]) => Date.UTC(year, month, day) / 1000 + seconds);

describe('instantOf', () => {
  it.each([
    ['an ordinary time', '2026-07-01 02:30:00', 'Europe/Berlin', '2026-07-01T00:30:00.000Z'],
    ['an hour that is left out', '2026-03-29 02:30:00', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
    ['the second after it', '2026-03-29 03:00:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['an hour that appears twice', '2026-10-25 02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
    ['the second after it', '2026-10-25 03:00:00', 'Europe/Berlin', '2026-10-25T02:00:00.000Z'],
    [
      'half an hour that appears twice',
      '2026-04-05 01:45:00',
      'Australia/Lord_Howe',
      '2026-04-04T14:45:00.000Z',
    ],
    [
      'half an hour that is left out',
      '2026-10-04 02:15:00',
      'Australia/Lord_Howe',
      '2026-10-03T15:45:00.000Z',
    ],
    ['a day that is left out', '2011-12-30 12:00:00', 'Pacific/Apia', '2011-12-30T22:00:00.000Z'],
    ['a year before all clocks', '0099-03-01 00:00:00', 'UTC', '0099-03-01T00:00:00.000Z'],
  ])('takes %s (%s in %s)', (_what, time, zone, instant) => {
    expect(new Date(instantOf(time, zone)).toISOString()).toBe(instant);
  });

  it('gives the moment at which the clocks show the time, the first of two', () => {
    fc.assert(
      fc.property(fc.oneof(aMoment, nearAChange), fc.constantFrom(...ZONES), (seconds, zone) => {
        const { time } = localTime(seconds * 1000, zone);
        const instant = instantOf(time, zone);
        expect(localTime(instant, zone).time).toBe(time);
        expect(instant).toBeLessThanOrEqual(seconds * 1000);
        for (const earlierMs of [1_800_000, 3_600_000, 7_200_000]) {
          expect(localTime(instant - earlierMs, zone).time).not.toBe(time);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('moves a time that the clocks leave out by what they leave out', () => {
    for (const [zone, leftOut, before] of [
      ['Europe/Berlin', '2026-03-29 02:59:59', 3600],
      ['Australia/Lord_Howe', '2026-10-04 02:00:00', 1800],
      ['Antarctica/Troll', '2026-03-29 02:10:00', 7200],
    ] as const) {
      const shown = Date.parse(`${leftOut.replace(' ', 'T')}Z`) + before * 1000;
      expect(localTime(instantOf(leftOut, zone), zone).time).toBe(localTime(shown, 'UTC').time);
    }
  });

  it('never throws for a time that the reader lets through', () => {
    for (const time of ['0000-01-01 00:00:00', '0004-02-29 23:59:59', '9999-12-31 23:59:59']) {
      for (const zone of ZONES) expect(Number.isFinite(instantOf(time, zone))).toBe(true);
    }
  });

  it('refuses what is no time and what is no zone', () => {
    expect(() => instantOf('2026-02-30 00:00:00', 'UTC')).toThrow(RangeError);
    expect(() => instantOf('2026-02-03 00:00:00', 'Europe/Atlantis')).toThrow(RangeError);
  });
});
