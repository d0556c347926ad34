import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tally, type TallyRun } from './tally-process.js';

const SETTINGS = `
calendars:
  holidays: { days: [12-25, 12-26], weekdays: [sat, sun] }
rules:
  nightly:
    on: { schedule: { cron: "30 2 * * *", timeZone: Europe/Berlin, skippedHour: skip } }
    do: [{ systemLog: { severity: info, text: hello } }]
  office:
    on: { schedule: { cron: "0 6 * * *", timeZone: America/New_York, notOn: holidays } }
    do: [{ systemLog: { severity: info, text: hello } }]
  off:
    enabled: false
    on: { schedule: "0 0 * * *" }
    do: [{ systemLog: { severity: info, text: hello } }]
  by-hand:
    on: { manual: }
    do: [{ systemLog: { severity: info, text: hello } }]
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-next-'));
  await writeFile(join(folder, 'tallyman.yaml'), SETTINGS);
});

afterAll(() => rm(folder, { recursive: true }));

const next = (...words: readonly string[]): Promise<TallyRun> =>
  tally(['rules', 'next', ...words], { folder });

describe('tally rules next', () => {
  it('shows the times of one rule over the gap, with offset and zone, and why one is left out', async () => {
    const { stdout, exitCode } = await next('nightly', '--from', '2026-03-28T12:00Z', '--count', '2');
    expect(exitCode).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t').join(' | ')),
    ).toEqual([
      'TIME | OFFSET | ZONE | RULE | SCHEDULE | REMARK',
      '2026-03-29 02:30:00 | +02:00 | Europe/Berlin | nightly | 30 2 * * * | left out: the clocks leave out 02:30 that day (skippedHour: skip)',
      '2026-03-30 02:30:00 | +02:00 | Europe/Berlin | nightly | 30 2 * * * | -',
      '2026-03-31 02:30:00 | +02:00 | Europe/Berlin | nightly | 30 2 * * * | -',
    ]);
  });

  it('tells the repeated time, and days of a calendar in one line', async () => {
    const autumn = await next('nightly', '--from', '2026-10-24T12:00Z', '--count', '2', '--jsonl');
    const lines = autumn.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ at, runs, remark }) => [at, runs, remark])).toEqual([
      ['2026-10-25T00:30:00.000Z', true, ''],
      ['2026-10-25T01:30:00.000Z', false, 'left out: 02:30 comes a second time (repeatedHour: once)'],
      ['2026-10-26T01:30:00.000Z', true, ''],
    ]);
    const christmas = await next('office', '--from', '2026-12-24T12:00Z', '--count', '1');
    expect(christmas.stdout).toContain('left out: a day of holidays (notOn) (3 days, until 2026-12-27)');
    expect(christmas.stdout).toContain('2026-12-28 06:00:00\t-05:00');
  });

  it('merges all enabled rules', async () => {
    const { stdout } = await next('--from', '2026-05-04T00:00Z', '--count', '3', '--json');
    const { times } = JSON.parse(stdout) as { readonly times: readonly { readonly rule: string }[] };
    expect(times.map(({ rule }) => rule)).toEqual(['nightly', 'office', 'nightly']);
  });

  it.each([
    [['by-hand'], 0, /no rule here runs by the clock/],
    [['off', '--count', '1'], 0, /off is disabled/],
    [['nightli'], 2, /nightly/],
    [['--count', '0'], 2, /--count/],
    [['--from', 'tomorrowish'], 2, /--from/],
  ])('%s', async (words, code, told) => {
    const { exitCode, stderr } = await next(...words);
    expect(stderr).toMatch(told);
    expect(exitCode).toBe(code);
  });
});
