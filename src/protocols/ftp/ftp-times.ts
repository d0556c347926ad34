/** A moment in a listing and how exact it is. */
export interface ListedTime {
  readonly modifiedMs: number;
  readonly precisionMs: number;
}

/**
 * A time as MLST facts and MDTM give it, `YYYYMMDDHHMMSS[.sss]`, always UTC (RFC 3659, section 2.3). Old servers
 * print the years since 1900 after `19`: 19126 is 2026.
 */
export function parseTimeValue(text: string): ListedTime | undefined {
  const whole = text.trim().replace(/^191(\d{2})(?=\d{10}(?:\.|$))/, '20$1');
  const match = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{1,9}))?$/.exec(whole);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as SixNumbers;
  const base = utcTime({ year, month, day, hour, minute, second: Math.min(second, 59) });
  if (base === undefined) return undefined;
  if (match[7] === undefined) return { modifiedMs: base, precisionMs: 1000 };
  return { modifiedMs: base + Number(match[7].padEnd(3, '0').slice(0, 3)), precisionMs: 1 };
}

/** `YYYYMMDDHHMMSS` in UTC, as MFMT and MDTM take it. */
export function formatTimeValue(modifiedMs: number): string {
  return new Date(modifiedMs)
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:T]/g, '');
}

export interface CivilTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Milliseconds of a civil time taken as UTC, or undefined when there is no such day or time. */
export function utcTime(time: CivilTime): number | undefined {
  const { year, month, day, hour, minute, second } = time;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return undefined;
  return date.setUTCHours(hour, minute, second, 0);
}

type SixNumbers = [number, number, number, number, number, number];
