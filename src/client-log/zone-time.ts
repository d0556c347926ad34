import { localTime } from './local-time.js';
import { logTimeOf } from './log-time.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Four centuries, after which the calendar repeats itself. */
const CALENDAR_MS = 146_097 * DAY_MS;
/** No zone has changed its clocks before, and none has plans for after. */
const FIRST_CHANGE_MS = Date.UTC(1800, 0, 1);
const LAST_CHANGE_MS = Date.UTC(9999, 0, 1);
/** About eleven years of hours; with more, the zone is learnt anew. */
const MOST_HOURS = 100_000;

/** Marks an hour within which the clocks change. */
const CHANGES = Symbol('the clocks change within this hour');
/** Of one zone: by the hour that its clocks show, how many milliseconds they are ahead of UTC. */
type ZoneHours = Map<number, number | typeof CHANGES>;

const zones = new Map<string, ZoneHours>();

/**
 * The moment (milliseconds since 1970) at which the clocks of an IANA zone show `YYYY-MM-DD HH:MM:SS`. An hour that
 * appears twice is taken the first time; one that is left out is taken as if the clocks had not been moved yet.
 * Throws a RangeError for a zone that the runtime does not know, and for a text that is no such time.
 */
export function instantOf(time: string, timeZone: string): number {
  const shownMs = readAsUtc(time);
  const hour = Math.floor(shownMs / HOUR_MS);
  const hours = hoursOf(timeZone);
  const aheadMs = hours.get(hour) ?? learnHour(hour, timeZone, hours);
  return shownMs - (aheadMs === CHANGES ? aheadWhenShown(shownMs, timeZone) : aheadMs);
}

function hoursOf(timeZone: string): ZoneHours {
  let hours = zones.get(timeZone);
  if (hours === undefined || hours.size >= MOST_HOURS) {
    hours = new Map();
    zones.set(timeZone, hours);
  }
  return hours;
}

/** Clocks change months apart, so an hour that begins and ends alike is alike throughout. */
function learnHour(hour: number, timeZone: string, hours: ZoneHours): number | typeof CHANGES {
  const first = aheadWhenShown(hour * HOUR_MS, timeZone);
  const last = aheadWhenShown((hour + 1) * HOUR_MS - 1000, timeZone);
  const learnt = first === last ? first : CHANGES;
  hours.set(hour, learnt);
  return learnt;
}

/** How far the clocks of the zone are ahead of UTC when they show `shownMs`, which is their reading taken as UTC. */
function aheadWhenShown(shownMs: number, timeZone: string): number {
  const dayBefore = aheadOfUtc(shownMs - DAY_MS, timeZone);
  const dayAfter = aheadOfUtc(shownMs + DAY_MS, timeZone);
  // The greater advance belongs to the earlier of the two moments at which the clocks can show this.
  const inOrder = [Math.max(dayBefore, dayAfter), Math.min(dayBefore, dayAfter)];
  return inOrder.find((aheadMs) => aheadOfUtc(shownMs - aheadMs, timeZone) === aheadMs) ?? dayBefore;
}

function aheadOfUtc(instantMs: number, timeZone: string): number {
  const atMs = Math.min(Math.max(instantMs, FIRST_CHANGE_MS), LAST_CHANGE_MS);
  return readAsUtc(localTime(atMs, timeZone).time) - atMs;
}

/** The milliseconds since 1970 at which clocks on UTC show this time. */
function readAsUtc(time: string): number {
  const fields = logTimeOf(time);
  if (fields === undefined) {
    throw new RangeError(`this is not a date and time of the form YYYY-MM-DD HH:MM:SS: ${time}`);
  }
  const { year, month, day, hour, minute, second } = fields;
  // Date.UTC takes the years 0 to 99 for those of the twentieth century.
  return Date.UTC(year + 400, month - 1, day, hour, minute, second) - CALENDAR_MS;
}
