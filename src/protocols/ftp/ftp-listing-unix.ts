import type { RemoteEntry } from '../protocol-client.js';
import type { ListContext } from './ftp-listing.js';
import { MONTH_PATTERN, monthNamed } from './ftp-months.js';
import { utcTime, type ListedTime } from './ftp-times.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * Kind and rights with the marks of ACLs (`+`, `@`, `.`); then, up to the time, links, owner, group (each may
 * be missing, and owners may hold spaces); size, or `major, minor` of a device; the time; one space; the name.
 * NetWare puts the rights in brackets, and more spaces before the name.
 */
const RIGHTS = String.raw`([-bcdlpsDn])(?:[-rwxsStTlL]{9}[+@.]?|\s?\[[-A-Z]{8}\])`;
const SIZE = String.raw`(?:(\d+)|\d+,\s*\d+)`;
const DAY = String.raw`(?:(${MONTH_PATTERN})\s+(\d{1,2})|(\d{1,2})\.?\s+(${MONTH_PATTERN})|(\d{4})-(\d{2})-(\d{2}))`;
const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?(?:\s([+-]\d{4}))?)?`;
const LINE = new RegExp(
  String.raw`^${RIGHTS}\s+(?:\S.*?\s)??${SIZE}\s+${DAY}\s+(?:${CLOCK}|(\d{4}))\s(.+)$`,
  'is',
);

/** One line in the form of `ls -l`, or undefined when it is none. */
export function parseUnixLine(line: string, context: ListContext): RemoteEntry | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const kind = kindOf(match[1] ?? '');
  const name = nameOf(line, kind, match[15] ?? '');
  const time = timeOf(match, context);
  if (time === undefined) return undefined;
  const sizeBytes = kind === 'file' && match[2] !== undefined ? Number(match[2]) : undefined;
  return { name, kind, sizeBytes, ...time };
}

function nameOf(line: string, kind: RemoteEntry['kind'], text: string): string {
  if (/^.\s?\[/.test(line)) return text.trimStart();
  return kind === 'link' ? withoutTarget(text) : text;
}

function kindOf(letter: string): RemoteEntry['kind'] {
  if (letter === '-') return 'file';
  if (letter === 'd') return 'folder';
  return letter === 'l' ? 'link' : 'other';
}

function withoutTarget(text: string): string {
  const arrow = text.indexOf(' -> ');
  return arrow < 1 ? text : text.slice(0, arrow);
}

function timeOf(match: RegExpExecArray, context: ListContext): ListedTime | undefined {
  const group = (index: number) => (match[index] === undefined ? undefined : Number(match[index]));
  const monthName = match[3] ?? match[6];
  const month = monthName === undefined ? (group(8) ?? 0) : (monthNamed(monthName) ?? 0);
  const day = group(4) ?? group(5) ?? group(9) ?? 0;
  const year = group(7) ?? group(14);
  const hour = group(10);
  const clock = { hour: hour ?? 0, minute: group(11) ?? 0, second: group(12) ?? 0 };
  const precisionMs = hour === undefined ? DAY_MS : match[12] === undefined ? MINUTE_MS : 1000;
  const civil = { month, day, ...clock };
  const offsetMs = zoneOffsetMinutes(match[13], context) * MINUTE_MS;
  const local =
    year === undefined ? latestPast(civil, context.nowMs + offsetMs) : utcTime({ year, ...civil });
  return local === undefined ? undefined : { modifiedMs: local - offsetMs, precisionMs };
}

/** `ls --full-time` prints the zone: `+0130`. */
function zoneOffsetMinutes(printed: string | undefined, context: ListContext): number {
  if (printed === undefined) return context.zoneOffsetMinutes;
  const minutes = Number(printed.slice(1, 3)) * 60 + Number(printed.slice(3));
  return printed.startsWith('-') ? -minutes : minutes;
}

/**
 * `ls` leaves the year out for the last six months: the latest year that does not put the time more than a day
 * into the future (clocks differ, and the zone may be set wrongly).
 */
function latestPast(
  time: { month: number; day: number; hour: number; minute: number; second: number },
  nowMs: number,
): number | undefined {
  const thisYear = new Date(nowMs + DAY_MS).getUTCFullYear();
  // The 29th of February may lie up to eight years back.
  for (let year = thisYear; year > thisYear - 9; year -= 1) {
    const candidate = utcTime({ year, ...time });
    if (candidate !== undefined && candidate <= nowMs + DAY_MS) return candidate;
  }
  return undefined;
}
