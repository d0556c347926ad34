import type { RemoteEntry } from '../protocol-client.js';
import type { ListContext } from './ftp-listing.js';
import { utcTime } from './ftp-times.js';

const MINUTE_MS = 60_000;

/** `03-06-06  10:11AM  <DIR>  name` and `03-06-2006  22:11  1234 name` (IIS, with two- or four-digit years), or the year first. */
const LINE =
  /^\s*(?:(\d{2})[-/](\d{2})[-/](\d{4}|\d{2})|(\d{4})[-/](\d{2})[-/](\d{2}))\s+(\d{1,2}):(\d{2})\s?([AaPp][Mm])?\s+(?:(<DIR>|<JUNCTION>|<SYMLINKD?>)\s{1,10}|([\d,.]+)\s)(.+)$/s;

/** One line in the form of DOS `dir`, or undefined when it is none. */
export function parseDosLine(line: string, context: ListContext): RemoteEntry | undefined {
  const match = LINE.exec(line);
  if (match === null) return undefined;
  const [, , , , , , , hour, minute, half, mark, size, name = ''] = match;
  const local = utcTime({
    year: fullYear(match[3] ?? match[4] ?? ''),
    month: Number(match[1] ?? match[5]),
    day: Number(match[2] ?? match[6]),
    hour: hourOf(Number(hour), half?.toLowerCase()),
    minute: Number(minute),
    second: 0,
  });
  if (local === undefined) return undefined;
  const time = { modifiedMs: local - context.zoneOffsetMinutes * MINUTE_MS, precisionMs: MINUTE_MS };
  if (mark === undefined)
    return { name, kind: 'file', sizeBytes: Number(size?.replace(/[,.]/g, '')), ...time };
  return { name, kind: mark === '<DIR>' ? 'folder' : 'link', ...time };
}

/** Two digits: 70 to 99 are of the last century, as in Windows' own pivot for FTP. */
function fullYear(year: string): number {
  if (year.length === 4) return Number(year);
  return Number(year) + (Number(year) >= 70 ? 1900 : 2000);
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}
