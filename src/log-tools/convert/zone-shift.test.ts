import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localTime } from '../../client-log/local-time.js';
import { instantOf } from '../../client-log/zone-time.js';
import { ZoneShift } from './zone-shift.js';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
] as const;

describe('a time on the clocks of another zone', () => {
  it('is the same moment, in all zones and over all changes of the clocks', () => {
    const shifts = new Map(ZONES.map((zone) => [zone, new ZoneShift(zone)]));
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) }),
        fc.constantFrom(...ZONES),
        fc.constantFrom(...ZONES),
        (instantMs, from, to) => {
          const { time } = localTime(instantMs, from);
          const expected = from === to ? time : localTime(instantOf(time, from), to).time;
          expect(shifts.get(to)?.shift(time, from).time).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['2026-10-25 02:30:00', 'Europe/Berlin', 'UTC', 'repeated'],
    ['2026-10-25 00:30:00', 'UTC', 'Europe/Berlin', 'repeated'],
    ['2026-10-25 01:30:00', 'UTC', 'Europe/Berlin', 'repeated'],
    ['2026-04-05 01:45:00', 'Australia/Lord_Howe', 'UTC', 'repeated'],
    ['2026-03-29 02:30:00', 'Europe/Berlin', 'UTC', 'skipped'],
    ['2026-10-25 03:00:00', 'Europe/Berlin', 'UTC', undefined],
    ['2026-10-25 02:30:00', 'Europe/Berlin', 'Europe/Berlin', undefined],
  ])('%s of %s in %s: %s', (time, from, to, doubt) => {
    expect(new ZoneShift(to).shift(time, from).doubt).toBe(doubt);
  });
});
