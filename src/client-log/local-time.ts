/** A moment as the clocks on the wall of a time zone show it. */
export interface LocalTime {
  /** `YYYY-MM-DD HH:MM:SS`. */
  readonly time: string;
  /** `yymmdd` of the same local day. */
  readonly day: string;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * The wall-clock time of `epochMs` in an IANA zone. Where the clocks are put back, an hour appears twice;
 * the log has no column to tell the two apart.
 * Throws a RangeError for a zone that the runtime does not know (see `isTimeZone`).
 */
export function localTime(epochMs: number, timeZone: string): LocalTime {
  const parts: Record<string, string> = {};
  for (const part of formatterFor(timeZone).formatToParts(Math.floor(epochMs))) parts[part.type] = part.value;
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
    formatterFor(timeZone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
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
  formatters.set(timeZone, formatter);
  return formatter;
}
