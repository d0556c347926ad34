import { closestWord } from '../../core/did-you-mean.js';
import { isTimeZone, localTime } from '../local-time.js';
import { isLogTime } from '../record.js';
import { instantOf } from '../zone-time.js';
import type { QueryContext } from './query.js';

/** A moment: on the world's clock, or as the clocks of a zone show it. */
export type Moment = { readonly epochMs: number } | { readonly wallTime: string; readonly timeZone: string };

/** What a time of a query covers; both ends are the same moment for all but days, months and years. */
export interface TimeSpan {
  readonly start: Moment;
  /** Not part of the span. */
  readonly end: Moment;
}

export interface TimeProblem {
  readonly problem: string;
  readonly suggestion?: string | undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** In words, for help and errors. */
export const TIME_FORMS =
  '30m, 24h, 7d, 2w (so long ago), now, today, yesterday, 2026-03-01, 2026-03-01T02:10, with a zone 2026-03-01T02:10Z, 2026-03-01T02:10+01:00 or 2026-03-01T02:10[Europe/Berlin]';

/** Reads a time of a query, or says what is wrong with it. */
export function readTime(text: string, context: QueryContext): TimeSpan | TimeProblem {
  const word = text.trim();
  return relativeTime(word.toLowerCase(), context) ?? absoluteTime(word, context) ?? strangeTime(word);
}

/** A moment as the clocks of a zone show it: `YYYY-MM-DD HH:MM:SS`. */
export function wallTimeIn(moment: Moment, timeZone: string): string {
  if ('epochMs' in moment) return localTime(moment.epochMs, timeZone).time;
  if (moment.timeZone === timeZone) return moment.wallTime;
  return localTime(instantOf(moment.wallTime, moment.timeZone), timeZone).time;
}

function relativeTime(word: string, { nowMs, timeZone }: QueryContext): TimeSpan | TimeProblem | undefined {
  if (word === 'now') return instant(nowMs);
  const today = localTime(nowMs, timeZone).time.slice(0, 10);
  if (word === 'today') return daySpan(today, timeZone);
  if (word === 'yesterday') return daySpan(shiftDay(today, -1), timeZone);
  const [, count, unit = ''] = /^-?(\d{1,9})\s*([a-z]+?)(?:\s+ago)?$/.exec(word) ?? [];
  if (count === undefined) return undefined;
  const unitMs = UNIT_MS[unit] ?? UNIT_MS[UNIT_WORDS[unit] ?? ''];
  if (unitMs === undefined) return { problem: `there is no unit of time "${unit}": s, m, h, d or w` };
  const epochMs = nowMs - Number(count) * unitMs;
  return epochMs < EARLIEST_MS ? { problem: `${word} is before the year 1970` } : instant(epochMs);
}

const UNIT_WORDS: Readonly<Record<string, string>> = Object.fromEntries(
  ['s,sec,second', 'm,min,minute', 'h,hour', 'd,day', 'w,week'].flatMap((line) => {
    const [unit = '', ...words] = line.split(',');
    return words.flatMap((each) => [
      [each, unit],
      [`${each}s`, unit],
    ]);
  }),
);

/** No client log is older, and the clocks of some zones are undefined far before it. */
const EARLIEST_MS = 0;

/** A record's time has whole seconds: a span that ends within one takes it in. */
function instant(epochMs: number): TimeSpan {
  return { start: { epochMs }, end: { epochMs: Math.ceil(epochMs / 1000) * 1000 } };
}

const EARLIEST_YEAR = '1970';
/** The year behind it still has four digits, so that times compare as text. */
const LATEST_YEAR = '9998';

const ABSOLUTE =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?)?)?(?:\s*\[([^\]]+)\]|\s*(Z|[+-]\d\d(?::?\d\d)?)|\s+([a-z][\w/+-]*))?$/i;

function absoluteTime(word: string, context: QueryContext): TimeSpan | TimeProblem | undefined {
  const match = ABSOLUTE.exec(word);
  if (match === null) return undefined;
  const [, year = '', month, day, hour, minute, second] = match;
  const timeZone = match[7] ?? match[9] ?? context.timeZone;
  if (!isTimeZone(timeZone)) return strangeZone(timeZone);
  const wallTime = `${year}-${month ?? '01'}-${day ?? '01'} ${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}`;
  if (!isLogTime(wallTime) || year < EARLIEST_YEAR || year > LATEST_YEAR) {
    return { problem: `the calendar has no ${word}` };
  }
  const offset = match[8];
  const at = (time: string): Moment =>
    offset === undefined ? { wallTime: time, timeZone } : { epochMs: utcMs(time) - offsetMs(offset) };
  if (hour !== undefined) return { start: at(wallTime), end: at(wallTime) };
  return { start: at(wallTime), end: at(`${endDay(year, month, day)} 00:00:00`) };
}

function endDay(year: string, month: string | undefined, day: string | undefined): string {
  if (month === undefined) return `${String(Number(year) + 1).padStart(4, '0')}-01-01`;
  if (day === undefined) return shiftDay(`${year}-${month}-28`, 4).slice(0, 8) + '01';
  return shiftDay(`${year}-${month}-${day}`, 1);
}

function daySpan(day: string, timeZone: string): TimeSpan {
  return {
    start: { wallTime: `${day} 00:00:00`, timeZone },
    end: { wallTime: `${shiftDay(day, 1)} 00:00:00`, timeZone },
  };
}

/** A day of the calendar so many days later. */
function shiftDay(day: string, days: number): string {
  return new Date(utcMs(`${day} 00:00:00`) + days * 86_400_000).toISOString().slice(0, 10);
}

function utcMs(wallTime: string): number {
  return Date.parse(`${wallTime.replace(' ', 'T')}Z`);
}

function offsetMs(offset: string): number {
  if (/^z$/i.test(offset)) return 0;
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (offset.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

function strangeZone(timeZone: string): TimeProblem {
  const meant = closestWord(timeZone, Intl.supportedValuesOf('timeZone'));
  return {
    problem: `there is no time zone "${timeZone}"${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`,
  };
}

function strangeTime(word: string): TimeProblem {
  if (/^-?\d{1,9}$/.test(word)) {
    return { problem: `"${word}" has no unit`, suggestion: `${word.replace('-', '')}h` };
  }
  const meant = closestWord(word, ['now', 'today', 'yesterday']);
  return { problem: `"${word}" is no time`, suggestion: meant };
}
