import { describe, expect, it } from 'vitest';
import { TEST_CONTEXT } from './eft-export.testing.js';
import { EftFields, type JsonObject } from './eft-fields.js';
import { ImportReport } from './import-report.js';
import { importTrigger, type ImportedTrigger } from './import-trigger.js';

/** Wednesday, 2025-01-01 03:20 in Berlin. */
const START = Date.UTC(2025, 0, 1, 2, 20) / 1000;

function triggerOf(trigger: JsonObject, type = 'Timer'): ImportedTrigger {
  const fields = new EftFields(trigger, 'trigger', new ImportReport());
  return importTrigger(fields, type, TEST_CONTEXT);
}

function timer(parts: JsonObject): ImportedTrigger {
  return triggerOf({ TimerParams: { StartDateTime: START, ...parts } });
}

function schedule(parts: JsonObject): unknown {
  return (timer(parts).on as { schedule?: unknown }).schedule;
}

describe('a timer', () => {
  const timeZone = 'Europe/Berlin';
  it.each<[string, JsonObject, object]>([
    ['once', { Recurrence: 'Once' }, { at: '2025-01-01T03:20:00', timeZone }],
    ['once by its number', { Recurrence: 5 }, { at: '2025-01-01T03:20:00', timeZone }],
    ['each day', { Recurrence: 'Daily', DailyInfo: { DayPeriod: 1 } }, { cron: '20 3 * * *', timeZone }],
    [
      'each working day',
      { Recurrence: 'Daily', DailyInfo: { EveryWeekDay: true } },
      { cron: '20 3 * * MON-FRI', timeZone },
    ],
    [
      'each second hour of the day',
      { Recurrence: 'Daily', RepeatEnabled: true, RepeatPattern: 'Hours', RepeatRate: 2 },
      { cron: '20 3-23/2 * * *', timeZone },
    ],
    [
      'on all days of the week',
      { Recurrence: 'Weekly', WeeklyInfo: { WeekPeriod: 1, WeekDayFlags: 127 } },
      { cron: '20 3 * * SUN,MON,TUE,WED,THU,FRI,SAT', timeZone },
    ],
    [
      'on a day of each month',
      {
        Recurrence: 'Monthly',
        MonthlyInfo: { DayPeriod: 15, MonthPeriod: 1, UseFixedDayIndexInMonth: true },
      },
      { cron: '20 3 15 * *', timeZone },
    ],
    ['each year', { Recurrence: 'Yearly', YearlyInfo: {} }, { cron: '20 3 1 1 *', timeZone }],
    [
      'again and again',
      { Recurrence: 'Continually', RepeatEnabled: true, RepeatPattern: 'Minutes', RepeatRate: 15 },
      { every: '15m', timeZone },
    ],
  ])('that runs %s is a schedule that needs no look', (_what, parts, expected) => {
    expect(timer(parts)).toEqual({ on: { schedule: expected }, problems: [] });
  });

  it.each<[string, JsonObject, RegExp]>([
    ['has a last day', { Recurrence: 'Daily', EndDateEnabled: true, EndDateTime: START }, /last day/],
    ['has a calendar of holidays', { Recurrence: 'Daily', HolidayCalendarID: '7' }, /calendar/],
    ['has a calendar of days', { Recurrence: 'Daily', RundayCalendarID: 7 }, /calendar/],
    ['begins in the future', { Recurrence: 'Daily', StartDateTime: 4_000_000_000 }, /begins on 2096-10-02/],
    ['begins never', { Recurrence: 'Daily', StartDateTime: 'soon' }, /no time to begin/],
    ['begins at no date', { Recurrence: 'Daily', StartDateTime: 1e300 }, /no time to begin/],
    [
      'repeats until a time of day',
      { Recurrence: 'Daily', RepeatEnabled: true, EndTimeEnabled: true },
      /last hour/,
    ],
    [
      'repeats in an unknown way',
      { Recurrence: 'Daily', RepeatEnabled: true, RepeatPattern: 'Moons' },
      /moons/,
    ],
    [
      'repeats by seconds',
      { Recurrence: 'Daily', RepeatEnabled: true, RepeatPattern: 'Seconds', RepeatRate: 5 },
      /every 5s/,
    ],
    ['runs every third day', { Recurrence: 'Daily', DailyInfo: { DayPeriod: 3 } }, /3 days/],
    [
      'runs every second week',
      { Recurrence: 'Weekly', WeeklyInfo: { WeekPeriod: 2, WeekDayFlags: 127 } },
      /2 weeks/,
    ],
    ['runs on one weekday', { Recurrence: 'Weekly', WeeklyInfo: { WeekDayFlags: 2 } }, /\(MON\)/],
    ['runs every second month', { Recurrence: 'Monthly', MonthlyInfo: { MonthPeriod: 2 } }, /2 months/],
    [
      'runs on a weekday of the month',
      { Recurrence: 'Monthly', MonthlyInfo: { RelativeDay: 2, Weekday: 1 } },
      /day of the month/,
    ],
    ['says its day of the year', { Recurrence: 'Yearly', YearlyInfo: { Day: 3 } }, /day of the year/],
    ['runs by a calendar', { Recurrence: 'Calendar' }, /"calendar"/],
    ['runs continually', { Recurrence: 'Continually' }, /continually/],
    ['runs constructor', { Recurrence: 'constructor' }, /"constructor"/],
  ])('that %s is looked at by a person', (_what, parts, problem) => {
    expect(timer(parts).problems.join('\n')).toMatch(problem);
    expect(schedule(parts)).toBeDefined();
  });
});

describe('a folder monitor', () => {
  const folder = (parts: JsonObject) => triggerOf({ FolderMonitorParams: { Path: 'C:\\in', ...parts } });

  it('keeps its folder, its subfolders and its sweep', () => {
    const parts = {
      IncludeSubfolders: true,
      UseFolderSweep: true,
      SweepInterval: 5,
      SweepIntervalUnits: 'Seconds',
    };
    expect(folder(parts)).toEqual({
      on: { folder: { path: 'C:\\in', subfolders: true, sweep: '5s' } },
      problems: [],
    });
  });

  it('has our sweep where EFT has none', () => {
    expect(folder({ SweepInterval: 30 }).on).toEqual({ folder: { path: 'C:\\in' } });
  });

  it.each<[string, JsonObject, RegExp]>([
    ['without a folder', { Path: '' }, /names no folder/],
    ['with a sweep of unknown units', { UseFolderSweep: true, SweepIntervalUnits: 'Moons' }, /"Moons"/],
  ])('%s is looked at by a person', (_what, parts, problem) => {
    expect(folder(parts).problems.join()).toMatch(problem);
  });

  it('says what has to be done about its login and its leftovers', () => {
    const report = new ImportReport();
    const parts = { Path: 'C:\\in', UseLoginCredentials: true, Password: 'SECRET-x', ArchiveLeftovers: true };
    const fields = new EftFields({ FolderMonitorParams: parts }, 'trigger', report);
    importTrigger(fields, 'FolderMonitor', TEST_CONTEXT);
    expect(report.tasks.map(({ text }) => text).join()).toMatch(/archive into ifFailed.*right to read/);
    expect(JSON.stringify(report.lines)).not.toContain('SECRET');
  });
});

describe('another event', () => {
  it.each([
    ['Service Started', { daemon: 'started' }],
    ['ServiceStopped', { daemon: 'stopped' }],
    ['Event Rule Subroutine', { manual: {} }],
  ])('%s is a trigger of ours', (type, on) => {
    expect(triggerOf({}, type)).toEqual({ on, problems: [] });
  });

  it.each(['FileUploaded', 'Site Started', 'Site Stopped', 'UserLoggedIn', 'FolderMonitorFailed', ''])(
    '%s is looked at by a person',
    (type) => {
      expect(triggerOf({}, type)).toMatchObject({ on: { manual: {} }, problems: [expect.any(String)] });
    },
  );

  it('is not guessed where a rule has two', () => {
    const { problems } = triggerOf({
      FolderMonitorParams: { Path: 'x' },
      TimerParams: { Recurrence: 'Once' },
    });
    expect(problems.join()).toMatch(/folder monitor and a timer/);
  });
});
