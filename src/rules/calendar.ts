/** Named days of the settings: `calendars: { bank-holidays: { days: [2026-12-25, 12-26], weekdays: [sat, sun] } }`. */
export interface Calendar {
  /** `YYYY-MM-DD`, or `MM-DD` for each year. */
  readonly days: readonly string[];
  /** 1 = Monday ... 7 = Sunday. */
  readonly weekdays: readonly number[];
}

/** True when the local day is one of the calendar's. */
export function isCalendarDay(calendar: Calendar, day: LocalDay): boolean {
  const monthDay = `${twoDigits(day.month)}-${twoDigits(day.day)}`;
  return (
    calendar.weekdays.includes(day.weekday) ||
    calendar.days.includes(monthDay) ||
    calendar.days.includes(`${String(day.year).padStart(4, '0')}-${monthDay}`)
  );
}

/** `month` from 1; `weekday` 1 = Monday ... 7 = Sunday. */
export interface LocalDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
