import { isLogTime } from './record.js';
import { localTime } from './local-time.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Zones knew no clock changes before; and further back the calendar itself stops being ours. */
const FIRST_CLOCKS_MS = Date.UTC(1800, 0, 1);
/** About eleven years of hours for each zone. */
const MOST_HOURS = 100_000;

/** Of one zone: by the hour that its clocks show, how far they are ahead of UTC; undefined where that changes within it. */
type ZoneHours = Map<number, number | undefined>;

const zones = new Map<string, ZoneHours>();

/**
 * The moment (milliseconds since 1970) at which the clocks of an IANA zone show `YYYY-MM-DD HH:MM:SS`. An hour that
 * appears twice is taken the first time; one that is left out is taken as if the clocks had not been moved yet.
 * Throws a RangeError for a zone that the runtime does not know, and for a text that is no such time.
 */
export function instantOf(time: string, timeZone: string): number {
  const shownMs = utcOf(time);
  const hour = Math.floor(shownMs / HOUR_MS);
  const hours = hoursOf(timeZone);
  let aheadMs = hours.get(hour);
  if (aheadMs === undefined) {
    aheadMs = hours.has(hour) ? aheadAt(shownMs, timeZone) : learnHour(hour, timeZone, hours);
    aheadMs ??= aheadAt(shownMs, timeZone);
  }
  return shownMs - aheadMs;
}

function hoursOf(timeZone: string): ZoneHours {
  let hours = zones.get(timeZone);
  if (hours === undefined || hours.size >= MOST_HOURS) {
    hours = new Map();
    zones.set(timeZone, hours);
  }
  return hours;
}

/** Between two changes of the clocks nothing moves, so an hour that begins and ends alike is alike throughout. */
function learnHour(hour: number, timeZone: string, hours: ZoneHours): number | undefined {
  const first = aheadAt(hour * HOUR_MS, timeZone);
  const last = aheadAt((hour + 1) * HOUR_MS - 1000, timeZone);
  const ahead = first === last ? first : undefined;
  hours.set(hour, ahead);
  return ahead;
}

/** How far the clocks of a zone are ahead of UTC at the moment when they show `shownMs`, read as if it were UTC. */
function aheadAt(shownMs: number, timeZone: string): number {
  const before = aheadOfUtc(shownMs - DAY_MS, timeZone);
  const after = aheadOfUtc(shownMs + DAY_MS, timeZone);
  const [earlier, later] = before >= after ? [before, after] : [after, before];
  if (aheadOfUtc(shownMs - earlier, timeZone) === earlier) return earlier;
  if (aheadOfUtc(shownMs - later, timeZone) === later) return later;
  return before;
}

function aheadOfUtc(instantMs: number, timeZone: string): number {
  const atMs = Math.max(instantMs, FIRST_CLOCKS_MS);
  return utcOf(localTime(atMs, timeZone).time) - Math.floor(atMs / 1000) * 1000;
}

function utcOf(time: string): number {
  if (!isLogTime(time))
    throw new RangeError(`this is not a date and time of the form YYYY-MM-DD HH:MM:SS: ${time}`);
  return Date.parse(`${time.slice(0, 10)}T${time.slice(11)}Z`);
}
