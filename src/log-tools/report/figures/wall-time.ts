/** Wall time: seconds or hours since 1970 as the clocks of one zone show them, whatever the zone. */
export const SECONDS_PER_HOUR = 3600;
const MS_PER_SECOND = 1000;
const HOURS_PER_DAY = 24;

/** Wall seconds of `YYYY-MM-DD HH:MM:SS`. */
export function secondsOf(time: string): number {
  return Date.parse(`${time.slice(0, 10)}T${time.slice(11)}Z`) / MS_PER_SECOND;
}

/** `YYYY-MM-DD HH:MM:SS`. */
export function secondsText(seconds: number): string {
  return isoText(seconds).slice(0, 19).replace('T', ' ');
}

/** `YYYY-MM-DD HH:MM`. */
export function hourText(hour: number): string {
  return secondsText(hour * SECONDS_PER_HOUR).slice(0, 16);
}

/** `YYYY-MM-DD`. */
export function dayText(hour: number): string {
  return hourText(hour).slice(0, 10);
}

/** 0 to 23. */
export function hourOfDay(hour: number): number {
  return ((hour % HOURS_PER_DAY) + HOURS_PER_DAY) % HOURS_PER_DAY;
}

/** The hour that a moment lies in. */
export function hourOf(seconds: number): number {
  return Math.floor(seconds / SECONDS_PER_HOUR);
}

/** The value of a field for day and hour, `YYYY-MM-DDTHH:MM`. */
export function hourField(hour: number): string {
  return hourText(hour).replace(' ', 'T');
}

/** The hour of `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`; undefined for any other text. */
export function hourOfField(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2}))?$/.exec(text);
  if (!match) return undefined;
  const seconds = Date.parse(`${match[1]}T${match[2] ?? '00'}:${match[3] ?? '00'}:00Z`) / MS_PER_SECOND;
  return Number.isNaN(seconds) ? undefined : hourOf(seconds);
}

function isoText(seconds: number): string {
  return new Date(seconds * MS_PER_SECOND).toISOString();
}
