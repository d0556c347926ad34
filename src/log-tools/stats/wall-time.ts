/**
 * Times of a log as seconds since 1970, as if its clocks showed UTC: for order and distance, not for moments. Zones
 * are settled before.
 */
export function wallSeconds(time: string): number {
  const year = 100 * twoDigits(time, 0) + twoDigits(time, 2);
  const days = daysOf(year, twoDigits(time, 5), twoDigits(time, 8));
  return days * 86_400 + twoDigits(time, 11) * 3600 + twoDigits(time, 14) * 60 + twoDigits(time, 17);
}

function twoDigits(text: string, at: number): number {
  return 10 * (text.charCodeAt(at) - 0x30) + text.charCodeAt(at + 1) - 0x30;
}

/** The day asked for last: lines come in order of time. */
let lastDay = { year: 1970, month: 1, day: 1, days: 0 };

function daysOf(year: number, month: number, day: number): number {
  if (lastDay.day !== day || lastDay.month !== month || lastDay.year !== year) {
    lastDay = { year, month, day, days: new Date(0).setUTCFullYear(year, month - 1, day) / 86_400_000 };
  }
  return lastDay.days;
}

/** `YYYY-MM-DD HH:MM:SS`, the reverse of `wallSeconds`. */
export function wallTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}
