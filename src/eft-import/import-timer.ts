import { DateTime } from 'luxon';
import type { EftFields } from './eft-fields.js';
import type { EftClock, ImportedTrigger } from './import-trigger.js';
import { daysOf, type TimerDays } from './timer-days.js';

/** A timer that is being read; `problems` grows. */
export interface TimerParts {
  readonly timer: EftFields;
  readonly start: DateTime;
  readonly problems: string[];
}

/** COM writes numbers (eft.md, 3.4). */
const RECURRENCES = ['continually', 'daily', 'weekly', 'monthly', 'yearly', 'once', 'calendar'];

/** TimerParams (eft.md, 3.4) as a schedule in the zone of the EFT server. */
export function timerTrigger(timer: EftFields, { timeZone, nowMs }: EftClock): ImportedTrigger {
  const problems: string[] = [];
  const word = (timer.text('recurrence', 'schedule') ?? 'Once').toLowerCase();
  const recurrence = RECURRENCES[Number(word)] ?? word;
  const start = startOf(timer, { timeZone, nowMs }, problems);
  const parts = { timer, start, problems };
  if (recurrence !== 'once' && start.toMillis() > nowMs) {
    problems.push(`it begins on ${start.toFormat('yyyy-MM-dd HH:mm')} only: a schedule has no first day`);
  }
  const days = daysOf(parts, recurrence);
  const repetition = repetitionOf(parts);
  limits(parts);
  return { on: { schedule: scheduleOf({ days, repetition, start, timeZone }, problems) }, problems };
}

function startOf(timer: EftFields, { timeZone, nowMs }: EftClock, problems: string[]): DateTime {
  const seconds = timer.number('startDateTime', 'schedule');
  const start = DateTime.fromMillis((seconds ?? NaN) * 1000, { zone: timeZone });
  if (seconds !== undefined && start.isValid) return start;
  problems.push('its timer has no time to begin with: write the schedule');
  return DateTime.fromMillis(nowMs, { zone: timeZone }).startOf('day');
}

interface ScheduleParts {
  readonly days: TimerDays;
  readonly repetition: Repetition | undefined;
  readonly start: DateTime;
  readonly timeZone: string;
}

function scheduleOf(
  { days, repetition, start, timeZone }: ScheduleParts,
  problems: string[],
): Readonly<Record<string, unknown>> {
  if (days.kind === 'once') {
    if (repetition !== undefined) problems.push('it begins once and then repeats: write the schedule');
    return { at: start.toFormat("yyyy-MM-dd'T'HH:mm:ss"), timeZone };
  }
  if (days.kind === 'continually') {
    if (repetition === undefined) problems.push('it recurs continually: choose how often');
    return { every: repetition?.every ?? '1h', timeZone };
  }
  const time = repetition?.cron ?? `${start.minute} ${start.hour}`;
  if (repetition !== undefined && repetition.cron === undefined) {
    problems.push(`it repeats every ${repetition.every} within its days: write the schedule`);
  }
  return { cron: `${time} ${days.cron}`, timeZone };
}

interface Repetition {
  /** As a duration. */
  readonly every: string;
  /** Minute and hour of a cron; undefined where a cron cannot say it. */
  readonly cron: string | undefined;
}

/** "Repeat every N hours" within the day. */
function repetitionOf({ timer, start, problems }: TimerParts): Repetition | undefined {
  if (!timer.flag('repeatEnabled', 'schedule')) {
    timer.notNeeded('belongs to repeatEnabled', 'repeatPattern', 'repeatRate');
    timer.notNeeded('belongs to repeatEnabled', 'endTimeEnabled');
    return undefined;
  }
  const pattern = (timer.text('repeatPattern', 'schedule') ?? 'Hours').toLowerCase();
  const rate = Math.max(1, Math.trunc(timer.number('repeatRate', 'schedule') ?? 1));
  if (timer.lost('endTimeEnabled', 'a cron has no last minute')) {
    problems.push('it repeats until a time of day: write the last hour into its schedule');
  }
  const unit = REPEAT_UNITS[pattern];
  if (unit === undefined) {
    problems.push(`it repeats by "${pattern}", which is unknown here`);
    return undefined;
  }
  return { every: `${rate}${unit}`, cron: cronTime(unit, rate, start) };
}

const REPEAT_UNITS: Readonly<Record<string, string>> = { seconds: 's', minutes: 'm', hours: 'h', days: 'd' };

/** From the hour of the start to the end of the day, as EFT repeats within its day. */
function cronTime(unit: string, rate: number, { minute, hour }: DateTime): string | undefined {
  const hours = hour === 0 ? '*' : `${hour}-23`;
  if (unit === 'h' && rate < 24) return `${minute} ${rate === 1 ? hours : `${hour}-23/${rate}`}`;
  const first = minute % rate;
  // The minutes before the start's own within its first hour are runs that EFT does not have.
  if (unit === 'm' && 60 % rate === 0 && minute === first)
    return `${rate === 1 ? '*' : `${first}-59/${rate}`} ${hours}`;
  return undefined;
}

/** What a schedule cannot say: without it the rule would run on more days. */
function limits({ timer, problems }: TimerParts): void {
  if (timer.lost('endDateEnabled', 'a schedule has no last day')) {
    problems.push('it has a last day: disable it then');
  }
  timer.notNeeded('belongs to endDateEnabled and endTimeEnabled', 'endDateTime');
  const reason = 'the export does not hold the days of a calendar';
  const calendars = ['holidayCalendarID', 'rundayCalendarID'].map((name) => timer.lost(name, reason));
  if (calendars.includes(true)) {
    problems.push(
      'it has a calendar, whose days the export does not hold: write calendars, and notOn or onlyOn',
    );
  }
}
