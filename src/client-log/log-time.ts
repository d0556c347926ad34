/** The fields of a `YYYY-MM-DD HH:MM:SS`, month and day counted from 1. */
export interface LogTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const LENGTH = 'YYYY-MM-DD HH:MM:SS'.length;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * The fields of a log time; undefined for a text of any other form and for a day that the calendar lacks. Second 60 is
 * none of ours. Without a regular expression, because a reader asks this of every line of a log.
 */
export function logTimeOf(text: string): LogTime | undefined {
  if (text.length !== LENGTH || !isPunctuated(text)) return undefined;
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  // NaN, which stands for characters that are no digits, fails every comparison.
  const isClockTime = hour <= 23 && minute <= 59 && second <= 59;
  const isDay = year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  return isClockTime && isDay ? { year, month, day, hour, minute, second } : undefined;
}

function isPunctuated(text: string): boolean {
  return (
    text.charAt(4) === '-' &&
    text.charAt(7) === '-' &&
    text.charAt(10) === ' ' &&
    text.charAt(13) === ':' &&
    text.charAt(16) === ':'
  );
}

/** NaN where there are no two digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  const areDigits = tens >= ZERO && tens <= NINE && ones >= ZERO && ones <= NINE;
  return areDigits ? 10 * (tens - ZERO) + ones - ZERO : Number.NaN;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
