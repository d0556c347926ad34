import { availableParallelism } from 'node:os';
import { isTimeZone } from '../../client-log/local-time.js';
import { parseQuery } from '../../client-log/query/parse-query.js';
import type { Query, QueryContext } from '../../client-log/query/query.js';
import { quoteQueryText } from '../../client-log/query/query-words.js';
import type { OpenLogs } from '../../engine/log-files/open-logs.js';
import type { PartnerBook } from '../../client-log/partners.js';
import { logFolder } from '../../settings/client-log-settings.js';
import type { LoadedSettings } from '../../settings/settings-file.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import { openSession, type CommandSession } from '../command-session.js';

/** A `tally log` command with its settings read; the logs are opened by `logs`. */
export interface LogSession extends CommandSession {
  /** Opens the files, masks and folders named; the folder of the settings where none is. */
  logs(names: readonly string[]): Promise<OpenLogs>;
  /** The folder of the settings, absolute: where logs are looked for when none is named. */
  readonly folder: string;
  /** The IANA zone of a file's times, by its name. */
  readonly timeZoneOf: (name: string) => string;
  /** What queries are read against. */
  readonly queryContext: QueryContext;
  /** The query of a text and of the flags `--where`, `--since` and `--until`; undefined where there is none at all. */
  query(text?: string): Query | undefined;
}

/** Reads flags, variables and settings. Rejects with SETTINGS_INVALID; queries with QUERY_INVALID. */
export async function openLogSession(call: CommandCall, context: CommandContext): Promise<LogSession> {
  const session = await openSession(call, context);
  const { inForce, surroundings } = session;
  const { platform } = surroundings;
  const timeZone = inForce.loaded.settings.clientLog?.timeZone ?? platform.host.timeZone;
  const zones = readTimeZones(call.flags['timeZones'], timeZone);
  const jobs = readCount(call, 'jobs') ?? availableParallelism();
  const folder = logFolder(inForce.places).value;
  const queryContext: QueryContext = {
    nowMs: platform.clock.now(),
    timeZone: zones.usual,
    partners: await partnersOf(inForce.loaded),
  };
  return {
    ...session,
    queryContext,
    folder,
    timeZoneOf: zones.of,
    logs: async (names) => {
      const { openLogs } = await import('../../engine/log-files/open-logs.js');
      return openLogs({
        names: names.length > 0 ? names : [folder],
        timeZoneOf: zones.of,
        jobs,
        queryContext,
        signal: context.signal,
        warn: surroundings.warn,
      });
    },
    query: (text) => {
      const whole = queryText(text, call);
      return whole === '' ? undefined : parseQuery(whole, queryContext);
    },
  };
}

/** Most logs are read with no settings at all; the schema of connections is loaded only where there are some. */
async function partnersOf(loaded: LoadedSettings): Promise<PartnerBook> {
  if (loaded.settings.connections === undefined) return [];
  const { partnerBook } = await import('../../settings/partner-book.js');
  return partnerBook(loaded);
}

/** A whole number of one or more behind a flag; undefined where the flag was not given. */
export function readCount({ flags }: CommandCall, key: string): number | undefined {
  const value = flags[key];
  if (value === undefined) return undefined;
  const count = Number(value);
  if (Number.isSafeInteger(count) && count >= 1) return count;
  throw settingsError(
    { kind: 'flag', name: `--${key}` },
    `must be a whole number of 1 or more; found "${String(value)}"`,
  );
}

function queryText(text: string | undefined, { flags }: CommandCall): string {
  const parts = [text ?? '', flags['where'] ?? ''];
  for (const key of ['since', 'until']) {
    const value = flags[key];
    if (value !== undefined) parts.push(`${key}:${quoteQueryText(String(value))}`);
  }
  return parts.map(String).join(' ').trim();
}

interface TimeZones {
  /** Of files that no mask names, and of the query. */
  readonly usual: string;
  readonly of: (name: string) => string;
}

/** `ZONE` for all files, `MASK=ZONE` for some. */
function readTimeZones(given: CommandCall['flags'][string], otherwise: string): TimeZones {
  const words = Array.isArray(given) ? (given as readonly string[]) : [];
  let usual = otherwise;
  const masks: { readonly pattern: RegExp; readonly zone: string }[] = [];
  for (const word of words) {
    const equals = word.lastIndexOf('=');
    const zone = word.slice(equals + 1);
    if (!isTimeZone(zone)) {
      throw settingsError(
        { kind: 'flag', name: '--time-zone' },
        `must be an IANA zone such as Europe/Berlin; found "${zone}"`,
      );
    }
    if (equals < 0) usual = zone;
    else masks.push({ pattern: maskPattern(word.slice(0, equals)), zone });
  }
  return { usual, of: (name) => masks.find(({ pattern }) => pattern.test(name))?.zone ?? usual };
}

/** A mask that names a file or anything below a folder. */
function maskPattern(mask: string): RegExp {
  const source = mask
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}($|[/\\\\])`, 's');
}
