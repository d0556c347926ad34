import { isCalendarDay, type Calendar, type LocalDay } from '../calendar.js';
import { readCron, type CronPattern } from './cron-pattern.js';
import type { ScheduleTrigger } from './trigger.js';
import {
  firstChange,
  momentOfWall,
  momentsOfWall,
  zoneTime,
  type ClockChange,
  type ZoneTime,
} from './zone-time.js';

/** Calendars of the settings by name. */
export type Calendars = Readonly<Record<string, Calendar>>;

/** One time of a schedule: one at which it runs, or one at which it would, and why it does not. */
export type ScheduleMoment =
  | {
      readonly kind: 'run';
      /** Without jitter. */
      readonly atMs: number;
      /** The wall time that was meant, as if it were UTC. */
      readonly wallMs: number;
      /** The wall time does not exist on that day: it runs right after the gap. */
      readonly isAfterGap: boolean;
    }
  | {
      readonly kind: 'leftOut';
      /** When it would have run; of a time within the gap the end of the gap. */
      readonly atMs: number;
      readonly wallMs: number;
      readonly why: 'gap' | 'repeated' | 'notOn' | 'onlyOn';
      /** For `notOn` and `onlyOn`; then the rest of the day is left out too and has no moments of its own. */
      readonly calendar?: string;
    };

/** After `afterMs`, up to and including `untilMs`. */
export interface TimeRange {
  readonly afterMs: number;
  readonly untilMs: number;
}

/** The next times at which the schedule runs, strictly after `fromMs` and growing; fewer than `count` when it ends. */
export function nextTimes(
  trigger: ScheduleTrigger,
  calendars: Calendars,
  fromMs: number,
  count: number,
): readonly number[] {
  const times: number[] = [];
  if (count < 1) return times;
  for (const { kind, atMs } of scheduleMoments(trigger, calendars, searchRange(trigger, fromMs))) {
    if (kind === 'run') times.push(atMs);
    if (times.length === count) break;
  }
  return times;
}

/** The first time of the range, if there is one. */
export function firstTime(
  trigger: ScheduleTrigger,
  calendars: Calendars,
  range: TimeRange,
): number | undefined {
  for (const { kind, atMs } of scheduleMoments(trigger, calendars, range)) {
    if (kind === 'run') return atMs;
  }
  return undefined;
}

/** The last time of the range, if there is one, in few steps however many there are. */
export function lastTime(
  trigger: ScheduleTrigger,
  calendars: Calendars,
  range: TimeRange,
): number | undefined {
  let last = firstTime(trigger, calendars, range);
  let endMs = range.untilMs;
  while (last !== undefined) {
    const next = firstTime(trigger, calendars, { afterMs: last, untilMs: endMs });
    if (next === undefined) return last;
    last = next;
    const middleMs = Math.floor((last + endMs) / 2);
    const later = firstTime(trigger, calendars, { afterMs: middleMs, untilMs: endMs });
    if (later === undefined) endMs = middleMs;
    else last = later;
  }
  return undefined;
}

/** How far ahead a time is looked for: a leap day that must be a Monday comes after 40 years at most. */
export function searchRange(trigger: ScheduleTrigger, afterMs: number): TimeRange {
  const hasCalendar = trigger.notOn !== undefined || trigger.onlyOn !== undefined;
  return { afterMs, untilMs: afterMs + (hasCalendar ? 9 : 41) * 366 * DAY_MS };
}

/** Every time of the range in order, with those that are left out. */
export function* scheduleMoments(
  trigger: ScheduleTrigger,
  calendars: Calendars,
  range: TimeRange,
): Generator<ScheduleMoment, void, void> {
  const schedule = { trigger, calendars, zone: zoneTime(trigger.timeZone), range };
  if (trigger.cron !== undefined) yield* cronMoments(schedule, readCron(trigger.cron));
  else if (trigger.everyMs !== undefined) yield* everyMoments(schedule, trigger.everyMs);
  else if (trigger.onceAtMs !== undefined) yield* onceMoments(schedule, trigger.onceAtMs);
}

interface Schedule {
  readonly trigger: ScheduleTrigger;
  readonly calendars: Calendars;
  readonly zone: ZoneTime;
  readonly range: TimeRange;
}

const DAY_MS = 86_400_000;

/** Intervals are counted from Monday, 2001-01-01 00:00, on the wall of the zone. */
const EVERY_FROM_WALL_MS = 978_307_200_000;

/** How far a search has come: everything up to here is done. */
interface Position {
  readonly atMs: number;
  readonly offsetMs: number;
  /** As if it were UTC. */
  readonly wallMs: number;
}

/**
 * Goes from one change of the clocks to the next: between two of them wall time and time run alike, so that the
 * pattern can be asked for wall times only.
 */
function* cronMoments(schedule: Schedule, pattern: CronPattern): Generator<ScheduleMoment, void, void> {
  const { zone, range } = schedule;
  let done = positionAt(zone, range.afterMs);
  for (;;) {
    const wallMs = pattern.nextWallMs(done.wallMs);
    if (wallMs === undefined) return;
    const atMs = wallMs - done.offsetMs;
    const change = firstChange(zone, done.atMs, Math.min(atMs, range.untilMs));
    if (change !== undefined) {
      yield* gapMoments(schedule, pattern, change);
      const { offsetAfterMs } = change;
      done = { atMs: change.atMs, offsetMs: offsetAfterMs, wallMs: change.atMs + offsetAfterMs - 1 };
      continue;
    }
    if (atMs > range.untilMs) return;
    const moment = judge(schedule, { atMs, wallMs, isAfterGap: false }, !pattern.isEveryHour);
    yield moment;
    done = isDayLeftOut(moment) ? beforeNextDay(zone, wallMs) : { atMs, offsetMs: done.offsetMs, wallMs };
  }
}

/** What the pattern wants within a gap: all of it is one moment, the end of the gap. */
function* gapMoments(
  schedule: Schedule,
  pattern: CronPattern,
  { atMs, offsetBeforeMs, offsetAfterMs }: ClockChange,
): Generator<ScheduleMoment, void, void> {
  if (pattern.isEveryHour) return;
  const endMs = atMs + offsetAfterMs;
  const wallMs = pattern.nextWallMs(atMs + offsetBeforeMs - 1);
  if (wallMs === undefined || wallMs >= endMs) return;
  const moment = judge(schedule, { atMs, wallMs, isAfterGap: true }, true);
  const isOwnTime = pattern.nextWallMs(endMs - 1) === endMs;
  if (moment.kind === 'leftOut' || !isOwnTime) yield moment;
}

/** Intervals are real time: a change of the clocks makes none longer or shorter. */
function* everyMoments(schedule: Schedule, everyMs: number): Generator<ScheduleMoment, void, void> {
  const { zone, range } = schedule;
  const firstMs = momentOfWall(zone, EVERY_FROM_WALL_MS);
  const stepMs = Math.max(everyMs, 1);
  let doneMs = range.afterMs;
  for (;;) {
    const atMs = firstMs + (Math.floor((doneMs - firstMs) / stepMs) + 1) * stepMs;
    if (atMs > range.untilMs) return;
    const wallMs = atMs + zone.offsetMs(atMs);
    const moment = judge(schedule, { atMs, wallMs, isAfterGap: false }, false);
    yield moment;
    doneMs = isDayLeftOut(moment) ? Math.max(beforeNextDay(zone, wallMs).atMs, atMs) : atMs;
  }
}

function* onceMoments(schedule: Schedule, atMs: number): Generator<ScheduleMoment, void, void> {
  const { zone, range } = schedule;
  if (atMs <= range.afterMs || atMs > range.untilMs) return;
  yield judge(schedule, { atMs, wallMs: atMs + zone.offsetMs(atMs), isAfterGap: false }, false);
}

/** `isClockTime`: a time on the clock's face is meant, so that the rules for gap and repeated hour count. */
function judge(
  { trigger, calendars, zone }: Schedule,
  time: Omit<Extract<ScheduleMoment, { kind: 'run' }>, 'kind'>,
  isClockTime: boolean,
): ScheduleMoment {
  const { atMs, wallMs, isAfterGap } = time;
  const { notOn, onlyOn } = trigger;
  const leftOut = { kind: 'leftOut', atMs, wallMs } as const;
  if (notOn !== undefined && isDayOf(calendars, notOn, wallMs)) {
    return { ...leftOut, why: 'notOn', calendar: notOn };
  }
  if (onlyOn !== undefined && !isDayOf(calendars, onlyOn, wallMs)) {
    return { ...leftOut, why: 'onlyOn', calendar: onlyOn };
  }
  if (isAfterGap && trigger.skippedHour === 'skip') return { ...leftOut, why: 'gap' };
  if (isClockTime && !isAfterGap && trigger.repeatedHour === 'once' && isRepeat(zone, time)) {
    return { ...leftOut, why: 'repeated' };
  }
  return { kind: 'run', ...time };
}

function isRepeat(
  zone: ZoneTime,
  { atMs, wallMs }: { readonly atMs: number; readonly wallMs: number },
): boolean {
  const [first] = momentsOfWall(zone, wallMs);
  return first !== undefined && first < atMs;
}

function isDayLeftOut(moment: ScheduleMoment): boolean {
  return moment.kind === 'leftOut' && moment.calendar !== undefined;
}

/** A calendar that the settings do not have holds no day; validation refuses it before. */
function isDayOf(calendars: Calendars, name: string, wallMs: number): boolean {
  const calendar = Object.hasOwn(calendars, name) ? calendars[name] : undefined;
  return calendar !== undefined && isCalendarDay(calendar, localDay(wallMs));
}

/** The day of a wall time, which is given as if it were UTC. */
export function localDay(wallMs: number): LocalDay {
  const date = new Date(wallMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay() === 0 ? 7 : date.getUTCDay(),
  };
}

function beforeNextDay(zone: ZoneTime, wallMs: number): Position {
  const nextDayWallMs = (Math.floor(wallMs / DAY_MS) + 1) * DAY_MS;
  return positionAt(zone, momentOfWall(zone, nextDayWallMs) - 1);
}

function positionAt(zone: ZoneTime, atMs: number): Position {
  const offsetMs = zone.offsetMs(atMs);
  return { atMs, offsetMs, wallMs: atMs + offsetMs };
}
