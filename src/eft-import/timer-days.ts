import type { DateTime } from 'luxon';
import type { EftFields } from './eft-fields.js';
import type { TimerParts } from './import-timer.js';

/** On which days a timer runs: day of the month, month and weekday of a cron, or no days at all. */
export type TimerDays =
  | { readonly kind: 'cron'; readonly cron: string }
  | { readonly kind: 'once' }
  | { readonly kind: 'continually' };

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const INFOS = { daily: 'DailyInfo', weekly: 'WeeklyInfo', monthly: 'MonthlyInfo', yearly: 'YearlyInfo' };

/** By the recurrence, a word in small letters. */
export function daysOf({ timer, start, problems }: TimerParts, recurrence: string): TimerDays {
  for (const [name, group] of Object.entries(INFOS)) {
    if (name !== recurrence) timer.notNeeded(`belongs to the recurrence ${name}`, group);
  }
  if (recurrence === 'once' || recurrence === 'continually') return { kind: recurrence };
  const reader = Object.hasOwn(READERS, recurrence) ? READERS[recurrence as keyof typeof INFOS] : undefined;
  if (reader === undefined) {
    problems.push(`its recurrence "${recurrence}" has to be written by hand`);
    return { kind: 'cron', cron: '* * *' };
  }
  const info = timer.group(INFOS[recurrence as keyof typeof INFOS]);
  const cron = reader(info, start, problems);
  info.close();
  return { kind: 'cron', cron };
}

type Reader = (info: EftFields, start: DateTime, problems: string[]) => string;

const READERS: Readonly<Record<keyof typeof INFOS, Reader>> = { daily, weekly, monthly, yearly };

function daily(info: EftFields, start: DateTime, problems: string[]): string {
  const period = info.number('dayPeriod', 'schedule') ?? 1;
  if (info.flag('everyWeekDay', 'schedule')) return '* * MON-FRI';
  if (period <= 1) return '* * *';
  problems.push(`it runs every ${period} days, and a cron begins anew with each month: check its days`);
  return `${start.day}-31/${Math.min(31, Math.trunc(period))} * *`;
}

/** One bit for each day, Sunday first, as Windows' own schedules have them: EFT's order is not documented. */
function weekly(info: EftFields, start: DateTime, problems: string[]): string {
  const period = info.number('weekPeriod', 'schedule') ?? 1;
  const flags = info.number('weekDayFlags', 'schedule') ?? 0;
  const days = WEEKDAYS.filter((_day, bit) => (flags & (1 << bit)) !== 0);
  const list = days.length > 0 ? days.join(',') : (WEEKDAYS[start.weekday % 7] ?? 'MON');
  if (period > 1) problems.push(`it runs every ${period} weeks, which a cron cannot say`);
  const isEveryDay = days.length === WEEKDAYS.length;
  if (!isEveryDay) problems.push(`check its days (${list}): in which order EFT keeps them is not documented`);
  return `* * ${list}`;
}

function monthly(info: EftFields, start: DateTime, problems: string[]): string {
  const isFixed = info.flag('useFixedDayIndexInMonth', 'schedule');
  const day = info.number('dayPeriod', 'schedule') ?? start.day;
  const months = Math.trunc(info.number('monthPeriod', 'schedule') ?? 1);
  const relative = info.number('relativeDay', 'schedule');
  const weekday = info.number('weekday', 'schedule');
  if (months > 1) problems.push(`it runs every ${months} months, counted from January: check its months`);
  const month = months > 1 ? `1-12/${months}` : '*';
  if (isFixed) return `${day} ${month} *`;
  problems.push('check its day of the month: how EFT numbers weeks and days is not documented');
  if (relative === undefined || weekday === undefined) return `${day} ${month} *`;
  const name = WEEKDAYS[Math.abs(Math.trunc(weekday)) % 7] ?? 'MON';
  return `* ${month} ${name}#${relative >= 5 ? 'L' : Math.max(1, Math.trunc(relative))}`;
}

function yearly(info: EftFields, start: DateTime, problems: string[]): string {
  info.restNotNeeded('the day is that of the start, until a person has looked');
  if (info.names().length > 0) problems.push('check its day of the year: how EFT writes it is not known');
  return `${start.day} ${start.month} *`;
}
