import { localTime } from '../../client-log/local-time.js';
import { settingsError } from '../../settings/settings-error.js';
import { parseDuration } from '../../settings/duration.js';

/** A time of the API (RFC 3339) on the clock of this machine; `-` where there is none. */
export function timeWords(text: string | undefined, timeZone: string): string {
  if (text === undefined) return '-';
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : localTime(ms, timeZone).time;
}

/** `7`, `#7`: the number of a run or token. Throws a usage error. */
export function numberArgument(text: string, what: string): number {
  const digits = /^#?(\d{1,15})$/.exec(text)?.[1];
  if (digits !== undefined && Number(digits) > 0) return Number(digits);
  throw settingsError({ kind: 'flag', name: what }, `must be a number, not "${text}"`);
}

/** A time from now, of `30m`, `2h`, `7d`; or a time with its zone. Milliseconds since 1970. Throws a usage error. */
export function futureTime(text: string, flag: string, nowMs: number): number {
  const span = parseDuration(text, Number.MAX_SAFE_INTEGER);
  if (span !== undefined) return nowMs + span;
  if (/T.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))) return Date.parse(text);
  throw settingsError(
    { kind: 'flag', name: flag },
    'must be a span such as 2h, or a time such as 2026-03-01T06:00:00Z',
  );
}

/** The same backwards: `24h` ago, or a time. */
export function pastTime(text: string, flag: string, nowMs: number): number {
  return text.includes('T') ? futureTime(text, flag, nowMs) : 2 * nowMs - futureTime(text, flag, nowMs);
}
