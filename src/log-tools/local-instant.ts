import { instantOf } from '../client-log/zone-time.js';

const MINUTE_MS = 60_000;

/** `2026-03-01T02:10:44+01:00`: a local time of the log with the offset that the zone had then. */
export function isoInstant(time: string, timeZone: string): string {
  return `${time.replace(' ', 'T')}${offsetText(wallClockMs(time) - instantOf(time, timeZone))}`;
}

/** What the clocks show, counted as if they showed UTC; milliseconds since 1970. */
export function wallClockMs(time: string): number {
  return Date.parse(`${time.replace(' ', 'T')}Z`);
}

/** ISO 8601 knows no seconds of an offset; zones had them before 1972. */
function offsetText(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / MINUTE_MS);
  const sign = offsetMs < 0 ? '-' : '+';
  return `${sign}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}
