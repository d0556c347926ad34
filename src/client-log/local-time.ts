/** A moment as the clocks on the wall of a time zone show it. */
export interface LocalTime {
  /** `YYYY-MM-DD HH:MM:SS`. */
  readonly time: string;
  /** `yymmdd` of the same local day. */
  readonly day: string;
}

interface Zone {
  readonly formatter: Intl.DateTimeFormat;
  /** The second that was asked for last: the lines of a busy log share it. */
  last?: { readonly second: number; readonly time: LocalTime };
}

const zones = new Map<string, Zone>();

/**
 * The wall-clock time of `epochMs` in an IANA zone. Where the clocks are put back, an hour appears twice;
 * the log has no column to tell the two apart.
 * Throws a RangeError for a zone that the runtime does not know (see `isTimeZone`).
 */
export function localTime(epochMs: number, timeZone: string): LocalTime {
  const zone = zoneOf(timeZone);
  const second = Math.floor(epochMs / 1_000);
  if (zone.last?.second !== second) zone.last = { second, time: timeOf(second * 1_000, zone.formatter) };
  return zone.last.time;
}

function timeOf(epochMs: number, formatter: Intl.DateTimeFormat): LocalTime {
  const parts: Record<string, string> = {};
  for (const part of formatter.formatToParts(epochMs)) parts[part.type] = part.value;
  const { year = '', month = '', day = '', hour = '', minute = '', second = '' } = parts;
  const fullYear = year.padStart(4, '0');
  return {
    time: `${fullYear}-${month}-${day} ${hour}:${minute}:${second}`,
    day: `${fullYear.slice(-2)}${month}${day}`,
  };
}

/** The name of the file that holds the records of a day (`yymmdd`): `cl060312.log`. */
export function clientLogFileName(day: string): string {
  return `cl${day}.log`;
}

/** Whether the runtime knows the zone. */
export function isTimeZone(timeZone: string): boolean {
  try {
    zoneOf(timeZone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const zone = { formatter };
  zones.set(timeZone, zone);
  return zone;
}
