import { DateTime } from 'luxon';
import type { EftFields } from './eft-fields.js';

/** A trigger as it stands in the settings; `problem` = the rule must not run before a person has looked. */
export interface ImportedTrigger {
  readonly on: Readonly<Record<string, unknown>>;
  readonly problem?: string;
}

const UNITS: Readonly<Record<string, string>> = { seconds: 's', minutes: 'm', hours: 'h', days: 'd' };
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** `timeZone`: the zone of the EFT server, whose local times these are. */
export function importTrigger(trigger: EftFields, type: string, timeZone: string): ImportedTrigger {
  const folder = trigger.has('FolderMonitorParams') ? trigger.group('FolderMonitorParams') : undefined;
  const timer = trigger.has('TimerParams') ? trigger.group('TimerParams') : undefined;
  const imported =
    folder !== undefined
      ? folderTrigger(folder)
      : timer !== undefined
        ? timerTrigger(timer, timeZone)
        : otherTrigger(type);
  folder?.close();
  timer?.close();
  return imported;
}

function otherTrigger(type: string): ImportedTrigger {
  const word = type.toLowerCase();
  if (word.includes('start')) return { on: { daemon: 'started' } };
  if (word.includes('stop')) return { on: { daemon: 'stopped' } };
  const isManual = word.includes('subroutine') || word.includes('rest') || word === '';
  if (isManual) return { on: { manual: {} } };
  return {
    on: { manual: {} },
    problem: `its trigger "${type}" is an event of EFT's own server, which Tallyman does not have: choose a trigger`,
  };
}

function folderTrigger(folder: EftFields): ImportedTrigger {
  const path = folder.text('path', 'folder.path');
  const subfolders = folder.flag('includeSubfolders', 'folder.subfolders');
  const sweeps = folder.flag('useFolderSweep', 'folder.sweep');
  const interval = folder.number('sweepInterval', 'folder.sweep') ?? 30;
  const unit = UNITS[(folder.text('sweepIntervalUnits', 'folder.sweep') ?? 'Minutes').toLowerCase()] ?? 'm';
  folder.notNeeded('scans are the truth and events of the system a hint, always', 'useRDCW');
  folder.notNeeded('the health of a folder is always watched', 'checkHealth', 'checkHealthInterval');
  folder.lost('archiveLeftovers', 'files that stay are not moved away: use an archive action in ifFailed');
  folder.notNeeded('belongs to archiveLeftovers', 'archiveFolderName');
  folder.lost('numerateDuplicates', 'belongs to archiveLeftovers');
  const isOther = folder.lost(
    'useLoginCredentials',
    'the daemon reads the folder as the account that it runs as',
  );
  folder.notNeeded('belongs to useLoginCredentials', 'logonInteractive', 'userName');
  folder.secret('password', 'nothing: the daemon reads the folder as the account that it runs as');
  if (isOther)
    folder.report.task(path ?? 'a folder', 'give the account of the daemon the right to read this folder');
  return {
    on: {
      folder: {
        path: path ?? 'FILL-IN',
        ...(subfolders ? { subfolders: true } : {}),
        ...(sweeps ? { sweep: `${interval}${unit}` } : {}),
      },
    },
    ...(path === undefined ? { problem: 'its folder monitor names no folder' } : {}),
  };
}

interface TimerParts {
  readonly timer: EftFields;
  readonly start: DateTime;
  readonly timeZone: string;
}

function timerTrigger(timer: EftFields, timeZone: string): ImportedTrigger {
  const recurrence = (timer.text('recurrence', 'schedule') ?? 'Once').toLowerCase();
  const seconds = timer.number('startDateTime', 'schedule') ?? 0;
  const parts: TimerParts = { timer, start: DateTime.fromSeconds(seconds, { zone: timeZone }), timeZone };
  const fields = dateFields(parts, recurrence);
  const repeat = repetition(parts);
  calendars(timer);
  timer.lost('endDateEnabled', 'a schedule has no last day: disable the rule then');
  timer.notNeeded('belongs to endDateEnabled or endTimeEnabled', 'endDateTime');
  if (fields.kind === 'schedule') {
    return {
      on: { schedule: fields.schedule },
      ...(fields.problem === undefined ? {} : { problem: fields.problem }),
    };
  }
  const cron = `${repeat?.minutes ?? parts.start.minute} ${repeat?.hours ?? parts.start.hour} ${fields.days}`;
  const problem = fields.problem ?? repeat?.problem;
  return {
    on: { schedule: { cron, timeZone } },
    ...(problem === undefined ? {} : { problem }),
  };
}

type DateFields =
  | { readonly kind: 'days'; readonly days: string; readonly problem?: string }
  | {
      readonly kind: 'schedule';
      readonly schedule: Readonly<Record<string, unknown>>;
      readonly problem?: string;
    };

/** Day of month, month and weekday of a cron, or a schedule that is none. */
function dateFields(parts: TimerParts, recurrence: string): DateFields {
  const { timer, start, timeZone } = parts;
  const others = { daily: 'DailyInfo', weekly: 'WeeklyInfo', monthly: 'MonthlyInfo', yearly: 'YearlyInfo' };
  for (const [name, group] of Object.entries(others)) {
    if (name !== recurrence) timer.notNeeded(`belongs to the recurrence ${name}`, group);
  }
  switch (recurrence) {
    case 'continually':
      return {
        kind: 'schedule',
        schedule: { every: '1m' },
        problem: 'it recurs continually: choose how often',
      };
    case 'daily':
      return daily(timer.group('DailyInfo'));
    case 'weekly':
      return weekly(timer.group('WeeklyInfo'), start);
    case 'monthly':
      return monthly(timer.group('MonthlyInfo'), start);
    case 'yearly': {
      const info = timer.group('YearlyInfo');
      const problem =
        info.names().length > 0 ? 'look at its day of the year: how EFT writes it is not known' : undefined;
      info.close();
      return {
        kind: 'days',
        days: `${start.day} ${start.month} *`,
        ...(problem === undefined ? {} : { problem }),
      };
    }
    case 'once':
      return { kind: 'schedule', schedule: { at: start.toFormat("yyyy-MM-dd'T'HH:mm:ss"), timeZone } };
    default:
      return {
        kind: 'days',
        days: '* * *',
        problem: `its recurrence "${recurrence}" has to be written anew`,
      };
  }
}

function daily(info: EftFields): DateFields {
  const period = info.number('dayPeriod', 'schedule.cron') ?? 1;
  const isWeekday = info.flag('everyWeekDay', 'schedule.cron');
  info.close();
  if (isWeekday) return { kind: 'days', days: '* * 1-5' };
  if (period <= 1) return { kind: 'days', days: '* * *' };
  return {
    kind: 'days',
    days: `*/${period} * *`,
    problem: `every ${period} days begins anew with each month in a cron`,
  };
}

/** One bit for each day, Sunday first, as Windows' own schedules have them: EFT's order is not documented. */
function weekly(info: EftFields, start: DateTime): DateFields {
  const period = info.number('weekPeriod', 'schedule.cron') ?? 1;
  const flags = info.number('weekDayFlags', 'schedule.cron') ?? 0;
  info.close();
  const days = WEEKDAYS.filter((_day, bit) => (flags & (1 << bit)) !== 0);
  const list = days.length > 0 ? days.join(',') : (WEEKDAYS[start.weekday % 7] ?? 'MON');
  const problem =
    period > 1
      ? `every ${period} weeks cannot be said in a cron`
      : `check its days (${list}): in which order EFT keeps them is not documented`;
  return { kind: 'days', days: `* * ${list}`, problem };
}

function monthly(info: EftFields, start: DateTime): DateFields {
  const isFixed = info.flag('useFixedDayIndexInMonth', 'schedule.cron');
  const day = info.number('dayPeriod', 'schedule.cron') ?? start.day;
  const months = info.number('monthPeriod', 'schedule.cron') ?? 1;
  const relative = info.number('relativeDay', 'schedule.cron');
  const weekday = info.number('weekday', 'schedule.cron');
  info.close();
  const month = months > 1 ? `*/${months}` : '*';
  if (isFixed || relative === undefined || weekday === undefined)
    return { kind: 'days', days: `${day} ${month} *` };
  const name = WEEKDAYS[weekday % 7] ?? 'MON';
  const nth = relative >= 5 ? 'L' : String(Math.max(1, relative));
  return {
    kind: 'days',
    days: `* ${month} ${name}#${nth}`,
    problem: 'check its day of the month: how EFT numbers weeks and days is not documented',
  };
}

interface Repetition {
  readonly minutes: string;
  readonly hours: string;
  readonly problem?: string;
}

/** "Repeat every N hours" within the day. */
function repetition({ timer, start }: TimerParts): Repetition | undefined {
  const isRepeated = timer.flag('repeatEnabled', 'schedule.cron');
  const pattern = (timer.text('repeatPattern', 'schedule.cron') ?? 'Hours').toLowerCase();
  const rate = Math.max(1, timer.number('repeatRate', 'schedule.cron') ?? 1);
  const hasEnd = timer.lost('endTimeEnabled', 'write the last hour into the hours of the cron');
  if (!isRepeated) return undefined;
  const problem = hasEnd ? 'it repeats until a time of day: write the last hour into its cron' : undefined;
  const rest = problem === undefined ? {} : { problem };
  if (pattern === 'minutes' && rate < 60)
    return { minutes: `${start.minute % rate}/${rate}`, hours: `${start.hour}-23`, ...rest };
  if (pattern === 'hours')
    return { minutes: String(start.minute), hours: `${start.hour}-23/${rate}`, ...rest };
  return { minutes: '*', hours: '*', problem: `it repeats every ${rate} ${pattern}: write that as "every"` };
}

function calendars(timer: EftFields): void {
  const reason =
    'the export does not hold the days of a calendar: write them at calendars: and name it by notOn or onlyOn';
  const ids = [timer.lost('holidayCalendarID', reason), timer.lost('rundayCalendarID', reason)];
  if (ids.includes(true)) timer.report.task('calendars', reason);
}
