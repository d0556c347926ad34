import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calendar } from '../calendar.js';
import { scheduleTrigger } from './schedule.testing.js';
import { lastTime, nextTimes, scheduleMoments } from './schedule-times.js';
import type { ScheduleTrigger } from './trigger.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Each as UTC, so that a reader can check it by hand. */
interface Case {
  readonly says: string;
  readonly given: Partial<ScheduleTrigger>;
  readonly from: string;
  readonly times: readonly string[];
}

const berlin = 'Europe/Berlin';
const newYork = 'America/New_York';
const lordHowe = 'Australia/Lord_Howe';

const CASES: readonly Case[] = [
  {
    says: 'Berlin, spring: 02:30 does not exist, runs at 03:00',
    given: { cron: '30 2 * * *' },
    from: '2026-03-28T12:00Z',
    times: ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
  },
  {
    says: 'Berlin, spring: skip leaves the day out',
    given: { cron: '30 2 * * *', skippedHour: 'skip' },
    from: '2026-03-28T12:00Z',
    times: ['2026-03-30T00:30Z'],
  },
  {
    says: 'Berlin, spring: two times of the gap are one run',
    given: { cron: '15,45 2 * * *' },
    from: '2026-03-29T00:00Z',
    times: ['2026-03-29T01:00Z', '2026-03-30T00:15Z'],
  },
  {
    says: 'Berlin, spring: a time of the gap and 03:00 are one run',
    given: { cron: '0,30 2,3 * * *' },
    from: '2026-03-29T00:00Z',
    times: ['2026-03-29T01:00Z', '2026-03-29T01:30Z', '2026-03-30T00:00Z'],
  },
  {
    says: 'Berlin, autumn: the first 02:30 only',
    given: { cron: '30 2 * * *' },
    from: '2026-10-24T12:00Z',
    times: ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  },
  {
    says: 'Berlin, autumn: both',
    given: { cron: '30 2 * * *', repeatedHour: 'twice' },
    from: '2026-10-24T12:00Z',
    times: ['2026-10-25T00:30Z', '2026-10-25T01:30Z', '2026-10-26T01:30Z'],
  },
  {
    says: 'Berlin, autumn: asked between the two, the second is no time',
    given: { cron: '30 2 * * *' },
    from: '2026-10-25T00:45Z',
    times: ['2026-10-26T01:30Z'],
  },
  {
    says: 'Berlin, autumn: each hour is each hour that passes',
    given: { cron: '0 * * * *' },
    from: '2026-10-24T23:30Z',
    times: ['2026-10-25T00:00Z', '2026-10-25T01:00Z', '2026-10-25T02:00Z'],
  },
  {
    says: 'Berlin, spring: each hour, nothing is added',
    given: { cron: '15 * * * *' },
    from: '2026-03-29T00:00Z',
    times: ['2026-03-29T00:15Z', '2026-03-29T01:15Z'],
  },
  {
    says: 'New York, spring: 02:00 to 03:00',
    given: { cron: '0 2 * * *', timeZone: newYork },
    from: '2026-03-08T00:00Z',
    times: ['2026-03-08T07:00Z', '2026-03-09T06:00Z'],
  },
  {
    says: 'New York, autumn: 01:30 twice, once of it',
    given: { cron: '30 1 * * *', timeZone: newYork },
    from: '2026-11-01T00:00Z',
    times: ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
  },
  {
    says: 'Lord Howe, spring: half an hour is left out, 02:15 runs at 02:30',
    given: { cron: '15 2 * * *', timeZone: lordHowe },
    from: '2026-10-03T00:00Z',
    times: ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
  },
  {
    says: 'Lord Howe, spring: 02:45 exists and is not touched',
    given: { cron: '45 2 * * *', timeZone: lordHowe, skippedHour: 'skip' },
    from: '2026-10-03T00:00Z',
    times: ['2026-10-03T15:45Z', '2026-10-04T15:45Z'],
  },
  {
    says: 'Lord Howe, autumn: 01:45 twice, half an hour apart',
    given: { cron: '45 1 * * *', timeZone: lordHowe, repeatedHour: 'twice' },
    from: '2026-04-04T00:00Z',
    times: ['2026-04-04T14:45Z', '2026-04-04T15:15Z', '2026-04-05T15:15Z'],
  },
  {
    says: 'Lord Howe, autumn: 01:15 is not repeated',
    given: { cron: '15 1 * * *', timeZone: lordHowe, repeatedHour: 'twice' },
    from: '2026-04-04T00:00Z',
    times: ['2026-04-04T14:15Z', '2026-04-05T14:45Z'],
  },
  {
    says: 'Kolkata never changes its clocks',
    given: { cron: '30 2 * * *', timeZone: 'Asia/Kolkata' },
    from: '2026-03-28T21:00Z',
    times: ['2026-03-29T21:00Z', '2026-03-30T21:00Z'],
  },
  {
    says: 'Beirut changes at midnight: 00:30 is left out and runs at 01:00 of the same day',
    given: { cron: '30 0 * * *', timeZone: 'Asia/Beirut' },
    from: '2026-03-28T12:00Z',
    times: ['2026-03-28T22:00Z', '2026-03-29T21:30Z'],
  },
  {
    says: 'leap days only',
    given: { cron: '0 6 29 2 *', timeZone: 'UTC' },
    from: '2026-01-01T00:00Z',
    times: ['2028-02-29T06:00Z', '2032-02-29T06:00Z'],
  },
  {
    says: 'the last day of each month',
    given: { cron: '0 0 L * *', timeZone: 'UTC' },
    from: '2028-01-31T00:00Z',
    times: ['2028-02-29T00:00Z', '2028-03-31T00:00Z'],
  },
  {
    says: 'six fields have seconds in front',
    given: { cron: '*/20 0 0 * * *', timeZone: 'UTC' },
    from: '2026-01-01T00:00Z',
    times: ['2026-01-01T00:00:20Z', '2026-01-01T00:00:40Z', '2026-01-02T00:00Z'],
  },
  {
    says: 'every 15 minutes, on the quarter',
    given: { everyMs: 900_000 },
    from: '2026-03-29T00:50Z',
    times: ['2026-03-29T01:00Z', '2026-03-29T01:15Z'],
  },
  {
    says: 'every day from midnight of winter time',
    given: { everyMs: DAY_MS },
    from: '2026-10-24T12:00Z',
    times: ['2026-10-24T23:00Z', '2026-10-25T23:00Z'],
  },
  {
    says: 'once',
    given: { onceAtMs: Date.parse('2026-12-01T06:00+01:00') },
    from: '2026-11-01T00:00Z',
    times: ['2026-12-01T05:00Z'],
  },
  {
    says: 'not on a holiday, nor at weekends',
    given: { cron: '0 6 * * *', notOn: 'holidays' },
    from: '2026-12-23T12:00Z',
    times: ['2026-12-24T05:00Z', '2026-12-28T05:00Z'],
  },
  {
    says: 'only on days of a calendar; the day is that of the zone',
    given: { cron: '30 0 * * *', onlyOn: 'closing', timeZone: 'Asia/Tokyo' },
    from: '2026-01-01T00:00Z',
    times: ['2026-06-29T15:30Z', '2026-12-30T15:30Z'],
  },
  {
    says: 'an interval leaves out the whole day of a calendar',
    given: { everyMs: 6 * HOUR_MS, notOn: 'holidays', timeZone: 'UTC' },
    from: '2026-12-24T17:00Z',
    times: ['2026-12-24T18:00Z', '2026-12-28T00:00Z'],
  },
];

const CALENDARS: Readonly<Record<string, Calendar>> = {
  holidays: { days: ['2026-12-25', '12-26'], weekdays: [6, 7] },
  closing: { days: ['06-30', '12-31'], weekdays: [] },
};

describe('the next times of a schedule', () => {
  it.each(CASES)('$says', ({ given, from, times }) => {
    const found = nextTimes(scheduleTrigger(given), CALENDARS, Date.parse(from), times.length);
    expect(found.map(iso)).toEqual(times.map((time) => iso(Date.parse(time))));
  });

  it('end when there is none any more', () => {
    const from = Date.parse('2026-01-01T00:00Z');
    expect(nextTimes(scheduleTrigger({ onceAtMs: from }), {}, from, 3)).toEqual([]);
    expect(nextTimes(scheduleTrigger({ cron: '0 0 31 2 *' }), {}, from, 3)).toEqual([]);
    expect(nextTimes(scheduleTrigger({ cron: '0 0 * * *', onlyOn: 'never' }), {}, from, 3)).toEqual([]);
  });

  it('of a day that Samoa never had run at its end', () => {
    const trigger = scheduleTrigger({ cron: '0 12 * * *', timeZone: 'Pacific/Apia' });
    const found = nextTimes(trigger, {}, Date.parse('2011-12-29T10:00Z'), 3);
    expect(found.map(iso)).toEqual([
      '2011-12-29T22:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-30T22:00:00.000Z',
    ]);
  });
});

describe('what is left out', () => {
  it('is told with its reason', () => {
    const trigger = scheduleTrigger({ cron: '30 2 * * *', skippedHour: 'skip', notOn: 'holidays' });
    const range = { afterMs: Date.parse('2026-10-23T12:00Z'), untilMs: Date.parse('2026-10-26T12:00Z') };
    const told = [...scheduleMoments(trigger, CALENDARS, range)].map((moment) => [
      iso(moment.wallMs).slice(0, 16),
      moment.kind === 'run' ? 'run' : moment.why,
    ]);
    expect(told).toEqual([
      ['2026-10-24T02:30', 'notOn'],
      ['2026-10-25T02:30', 'notOn'],
      ['2026-10-26T02:30', 'run'],
    ]);
  });

  it('names gap and repeated hour', () => {
    const trigger = scheduleTrigger({ cron: '30 2 * * *', skippedHour: 'skip' });
    const why = (from: string): readonly string[] =>
      [
        ...scheduleMoments(trigger, {}, { afterMs: Date.parse(from), untilMs: Date.parse(from) + DAY_MS }),
      ].map((moment) => (moment.kind === 'run' ? 'run' : moment.why));
    expect(why('2026-03-28T12:00Z')).toEqual(['gap']);
    expect(why('2026-10-24T12:00Z')).toEqual(['run', 'repeated']);
  });
});

const ZONES = [
  berlin,
  newYork,
  lordHowe,
  'Asia/Kolkata',
  'Asia/Beirut',
  'America/Havana',
  'Africa/Casablanca',
];

const field = (low: number, high: number): fc.Arbitrary<readonly number[] | undefined> =>
  fc.option(fc.uniqueArray(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: 4 }), {
    nil: undefined,
  });

const cronFields = fc.record({
  minute: fc.constantFrom<readonly number[]>([0], [30], [15, 45], [0, 20, 40]),
  hour: field(0, 4),
  weekday: field(0, 6),
});

type CronFields = typeof cronFields extends fc.Arbitrary<infer Fields> ? Fields : never;

const cronText = ({ minute, hour, weekday }: CronFields): string =>
  `${minute.join(',')} ${hour?.join(',') ?? '*'} * * ${weekday?.join(',') ?? '*'}`;

/** Noon before a change of the clocks in one of the zones, or any day. */
const startMs = fc
  .constantFrom(
    '2026-03-28',
    '2026-10-24',
    '2026-03-07',
    '2026-10-31',
    '2026-04-04',
    '2026-10-03',
    '2026-02-14',
    '2026-03-21',
    '2026-06-01',
  )
  .chain((day) => fc.integer({ min: 0, max: 36 * 60 }).map((minute) => Date.parse(day) + minute * 60_000));

describe('by property', () => {
  it('the times are those that a walk over every minute finds', () => {
    fc.assert(
      fc.property(
        cronFields,
        fc.constantFrom(...ZONES),
        fc.constantFrom('runAfter' as const, 'skip' as const),
        fc.constantFrom('once' as const, 'twice' as const),
        startMs,
        (fields, timeZone, skippedHour, repeatedHour, fromMs) => {
          const trigger = scheduleTrigger({ cron: cronText(fields), timeZone, skippedHour, repeatedHour });
          const expected = walk(fields, trigger, fromMs, fromMs + 2 * DAY_MS);
          const found = nextTimes(trigger, {}, fromMs, 1_000).filter((atMs) => atMs <= fromMs + 2 * DAY_MS);
          expect(found.map(iso)).toEqual(expected.map(iso));
        },
      ),
      { numRuns: 120 },
    );
  });

  it('times grow strictly, and asking from one of them gives those after it', () => {
    fc.assert(
      fc.property(cronFields, fc.constantFrom(...ZONES), startMs, (fields, timeZone, fromMs) => {
        const trigger = scheduleTrigger({ cron: cronText(fields), timeZone, notOn: 'holidays' });
        const times = nextTimes(trigger, CALENDARS, fromMs, 30);
        times.forEach((atMs, index) => {
          expect(atMs).toBeGreaterThan(times[index - 1] ?? fromMs);
          expect(nextTimes(trigger, CALENDARS, atMs, 1)[0]).toBe(
            times[index + 1] ?? nextTimes(trigger, CALENDARS, fromMs, 31)[30],
          );
        });
      }),
      { numRuns: 30 },
    );
  });

  it('the last time of a range is the last of all its times', () => {
    fc.assert(
      fc.property(
        cronFields,
        fc.constantFrom(...ZONES),
        startMs,
        fc.integer({ min: 0, max: 20 * DAY_MS }),
        (fields, timeZone, afterMs, lengthMs) => {
          const trigger = scheduleTrigger({ cron: cronText(fields), timeZone });
          const range = { afterMs, untilMs: afterMs + lengthMs };
          const all = [...scheduleMoments(trigger, {}, range)].filter(({ kind }) => kind === 'run');
          expect(lastTime(trigger, {}, range)).toBe(all.at(-1)?.atMs);
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** The same question answered without croner and luxon: every minute is looked at. */
function walk(
  { minute, hour, weekday }: CronFields,
  { timeZone, skippedHour, repeatedHour }: ScheduleTrigger,
  fromMs: number,
  untilMs: number,
): readonly number[] {
  const wallOf = wallReader(timeZone);
  const fits = (wallMs: number): boolean => {
    const wall = new Date(wallMs);
    return (
      minute.includes(wall.getUTCMinutes()) &&
      (hour?.includes(wall.getUTCHours()) ?? true) &&
      (weekday?.includes(wall.getUTCDay()) ?? true)
    );
  };
  const times = new Set<number>();
  const seen = new Set<number>();
  const firstMs = Math.floor((fromMs - 3 * HOUR_MS) / 60_000) * 60_000;
  let previous = wallOf(firstMs - 60_000);
  for (let atMs = firstMs; atMs <= untilMs; atMs += 60_000) {
    const wall = wallOf(atMs);
    const isWanted = atMs > fromMs;
    for (let left = previous + 60_000; left < wall; left += 60_000) {
      if (isWanted && hour !== undefined && skippedHour === 'runAfter' && fits(left)) times.add(atMs);
    }
    const isOnce = hour !== undefined && repeatedHour === 'once' && seen.has(wall);
    if (isWanted && fits(wall) && !isOnce) times.add(atMs);
    seen.add(wall);
    previous = wall;
  }
  return [...times];
}

function wallReader(timeZone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const offsets = new Map<number, number>();
  // Clocks change on the half hour.
  return (atMs) => {
    const slotMs = Math.floor(atMs / 1_800_000) * 1_800_000;
    const offset = offsets.get(slotMs) ?? Date.parse(`${format.format(slotMs).replace(' ', 'T')}Z`) - slotMs;
    offsets.set(slotMs, offset);
    return atMs + offset;
  };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
