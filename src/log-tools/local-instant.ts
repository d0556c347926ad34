import { instantOf } from '../client-log/zone-time.js';
import { offsetText } from '../core/offset-text.js';

/** `2026-03-01T02:10:44+01:00`: a local time of the log with the offset that the zone had then. */
export function isoInstant(time: string, timeZone: string): string {
  return `${time.replace(' ', 'T')}${offsetText(wallClockMs(time) - instantOf(time, timeZone))}`;
}

/** What the clocks show, counted as if they showed UTC; milliseconds since 1970. */
export function wallClockMs(time: string): number {
  return Date.parse(`${time.replace(' ', 'T')}Z`);
}
