import { isCalendarDay } from './calendar.js';
import type { Expectation } from './expectation.js';
import { localDay, type Calendars } from './triggers/schedule-times.js';
import { momentOfWall, zoneTime } from './triggers/zone-time.js';

export type FilesExpectation = Extract<Expectation, { kind: 'files' }>;

/** One day of an expectation: files count from `fromMs` on, and must be there at `dueMs`. */
export interface ExpectedDay {
  readonly fromMs: number;
  readonly dueMs: number;
  /** The day in the zone of the expectation, as if midnight were UTC. */
  readonly dayMs: number;
}

/** The last day whose time has come, none within a year: undefined. */
export function lastExpectedDay(
  expectation: FilesExpectation,
  calendars: Calendars,
  nowMs: number,
): ExpectedDay | undefined {
  const today = dayOf(expectation, nowMs);
  for (let back = 0; back <= DAYS_LOOKED_AT; back += 1) {
    const day = expectedDay(expectation, calendars, today - back * DAY_MS);
    if (day !== undefined && day.dueMs <= nowMs) return day;
  }
  return undefined;
}

/** The next time at which files must be there, none within a year: undefined. */
export function nextExpectedDay(
  expectation: FilesExpectation,
  calendars: Calendars,
  nowMs: number,
): ExpectedDay | undefined {
  const today = dayOf(expectation, nowMs);
  for (let ahead = 0; ahead <= DAYS_LOOKED_AT; ahead += 1) {
    const day = expectedDay(expectation, calendars, today + ahead * DAY_MS);
    if (day !== undefined && day.dueMs > nowMs) return day;
  }
  return undefined;
}

const DAY_MS = 86_400_000;
const DAYS_LOOKED_AT = 366;

function dayOf({ timeZone }: FilesExpectation, atMs: number): number {
  return Math.floor((atMs + zoneTime(timeZone).offsetMs(atMs)) / DAY_MS) * DAY_MS;
}

/** Undefined on days on which nothing is expected. A time that the clocks leave out is the end of the gap. */
function expectedDay(
  { timeZone, byMinute, fromMinute, weekdays, notOn }: FilesExpectation,
  calendars: Calendars,
  dayMs: number,
): ExpectedDay | undefined {
  const day = localDay(dayMs);
  if (!weekdays.includes(day.weekday)) return undefined;
  const calendar = notOn !== undefined && Object.hasOwn(calendars, notOn) ? calendars[notOn] : undefined;
  if (calendar !== undefined && isCalendarDay(calendar, day)) return undefined;
  const zone = zoneTime(timeZone);
  return {
    dayMs,
    fromMs: momentOfWall(zone, dayMs + fromMinute * 60_000),
    dueMs: momentOfWall(zone, dayMs + byMinute * 60_000),
  };
}
