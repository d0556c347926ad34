import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportData } from '../report-data.js';
import { logLine, reportOf } from '../report.testing.js';
import { figuresOf } from './figures.js';
import { snapped, type Selection } from './selection.js';
import { timelineOf } from './timeline.js';
import { hourOf, secondsOf, secondsText } from './wall-time.js';

interface Attempt {
  readonly seconds: number;
  readonly partner: string;
  readonly protocol: string;
  readonly code: number;
  readonly isFailed: boolean;
}

const start = secondsOf('2026-03-01 00:00:00');
const attempts = fc.array(
  fc.record({
    seconds: fc.integer({ min: start, max: start + 40 * 86_400 }),
    partner: fc.constantFrom('acme', 'globex', 'hooli'),
    protocol: fc.constantFrom('ftp', 'sftp'),
    code: fc.constantFrom(226, 0, 530, 4, 10_060),
    isFailed: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
);

const selections: fc.Arbitrary<Selection> = fc.record({
  fromHour: fc.option(fc.integer({ min: hourOf(start), max: hourOf(start) + 40 * 24 }), { nil: undefined }),
  toHour: fc.option(fc.integer({ min: hourOf(start), max: hourOf(start) + 40 * 24 }), { nil: undefined }),
  partner: fc.constantFrom(undefined, 'acme', 'globex'),
  protocol: fc.constantFrom(undefined, 'ftp'),
});

function dataOf(all: readonly Attempt[], cells: number): ReportData {
  const lines = [...all]
    .sort((a, b) => a.seconds - b.seconds)
    .map(({ seconds, protocol, partner, code, isFailed }, index) =>
      logLine(`${secondsText(seconds)} ${protocol} ${partner} f${index} ${code} ${isFailed ? 1 : 0}`),
    );
  return reportOf(lines, { limits: { cells } });
}

/** What the page must say, counted one by one. */
function chosen(
  all: readonly Attempt[],
  { fromHour, toHour, partner, protocol }: Selection,
): readonly Attempt[] {
  return all.filter(
    (each) =>
      hourOf(each.seconds) >= (fromHour ?? -Infinity) &&
      hourOf(each.seconds) < (toHour ?? Infinity) &&
      (partner === undefined || each.partner === partner) &&
      (protocol === undefined || each.protocol === protocol),
  );
}

describe('what a selection comes to', () => {
  // Room for every hour, for days only, and for next to nothing.
  for (const cells of [300_000, 60, 1]) {
    it(`is what counting one by one gives, with room for ${cells} counts`, () => {
      fc.assert(
        fc.property(attempts, selections, (all, wanted) => {
          const data = dataOf(all, cells);
          const selection = snapped(wanted, data.cube.hoursPerSlot);
          const figures = figuresOf(data, selection);
          const expected = chosen(all, selection);
          expect(figures.total.attempts).toBe(expected.length);
          expect(figures.total.failed).toBe(expected.filter(({ isFailed }) => isFailed).length);
          for (const name of ['acme', 'globex', 'hooli']) {
            const row = figures.partners.find(({ partner }) => data.partners[partner]?.name === name);
            expect(row?.attempts ?? 0).toBe(expected.filter(({ partner }) => partner === name).length);
          }
          const bars = timelineOf(data, selection, figures.slots).bars;
          expect(bars.reduce((sum, bar) => sum + bar.attempts, 0)).toBe(expected.length);
        }),
        { numRuns: 60 },
      );
    });
  }

  it('counts hours of the day by partner', () => {
    const data = reportOf([
      logLine('2026-03-01 02:10:00 ftp acme a 226 0'),
      logLine('2026-03-02 02:59:59 ftp acme b 530 1'),
      logLine('2026-03-02 03:00:00 ftp acme c 226 0'),
    ]);
    const hours = figuresOf(data, {}).hoursOfDay.get(0);
    expect(hours?.[2]).toEqual({ attempts: 2, failed: 1 });
    expect(hours?.[3]).toEqual({ attempts: 1, failed: 0 });
  });

  it('tells causes apart by protocol, and joins protocols of one cause', () => {
    const data = reportOf([
      logLine('2026-03-01 02:10:00 ftp acme a 530 1'),
      logLine('2026-03-01 02:10:01 ftps acme b 530 1'),
      logLine('2026-03-01 02:10:02 sftp acme c 4 1'),
      logLine('2026-03-01 02:10:03 ftp acme d 4 1'),
    ]);
    const { causes, failedBySide } = figuresOf(data, {});
    expect(causes.map(({ cause, failed }) => [data.causes[cause]?.key, failed])).toEqual([
      ['ftp-530', 2],
      ['sftp-4', 1],
      ['eft-4', 1],
    ]);
    expect([...failedBySide.values()].reduce((sum, each) => sum + each, 0)).toBe(4);
    expect(figuresOf(data, { cause: 'sftp-4' }).total.attempts).toBe(1);
  });
});

describe('the timeline', () => {
  const spanOf = (first: string, last: string) => {
    const data = reportOf([logLine(`${first} ftp acme a 226 0`), logLine(`${last} ftp acme b 226 0`)]);
    const { hoursPerBar, bars } = timelineOf(data, {}, figuresOf(data, {}).slots);
    return { hoursPerBar, bars: bars.length };
  };

  it('has bars as fine as the room allows, without gaps', () => {
    expect(spanOf('2026-03-01 02:00:00', '2026-03-02 01:00:00')).toEqual({ hoursPerBar: 1, bars: 24 });
    expect(spanOf('2026-03-01 02:00:00', '2026-03-30 01:00:00')).toEqual({ hoursPerBar: 24, bars: 30 });
    expect(spanOf('2026-03-02 02:00:00', '2026-12-31 01:00:00')).toEqual({ hoursPerBar: 168, bars: 44 });
    expect(spanOf('0001-01-01 00:00:00', '9999-12-31 23:00:00').bars).toBeLessThanOrEqual(101);
  });

  it('is empty for a time that the log does not cover', () => {
    const data = reportOf([logLine('2026-03-01 02:00:00 ftp acme a 226 0')]);
    const later = hourOf(secondsOf('2027-01-01 00:00:00'));
    expect(timelineOf(data, { fromHour: later }, new Map()).bars).toEqual([]);
    expect(timelineOf(reportOf([]), {}, new Map()).bars).toEqual([]);
  });
});
