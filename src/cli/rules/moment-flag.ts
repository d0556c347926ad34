import { readTime } from '../../client-log/query/query-time.js';
import { momentOfWall, zoneTime } from '../../rules/triggers/zone-time.js';
import { settingsError } from '../../settings/settings-error.js';

/** A time as the log tools read it; a text without a zone is on the wall of `timeZone`. Throws SETTINGS_INVALID. */
export function momentFlag(
  name: string,
  given: unknown,
  { nowMs, timeZone }: { readonly nowMs: number; readonly timeZone: string },
): number | undefined {
  if (typeof given !== 'string') return undefined;
  const span = readTime(given, { nowMs, timeZone, partners: [] });
  if ('problem' in span) throw settingsError({ kind: 'flag', name }, span.problem);
  const { start } = span;
  if ('epochMs' in start) return start.epochMs;
  return momentOfWall(zoneTime(start.timeZone), Date.parse(`${start.wallTime.replace(' ', 'T')}Z`));
}
