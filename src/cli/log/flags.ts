import type { FlagFacts } from '../../settings/flag-table.js';

/** How logs are read; every `tally log` command has these. */
export const LOG_READING_FLAGS = [
  {
    key: 'timeZones',
    flag: 'time-zone',
    value: 'ZONE',
    list: 'paths',
    variable: false,
    help: "zone of the logs' times, such as Europe/Berlin; MASK=ZONE for some of the files (default: the zone of the settings, else this machine's)",
  },
  {
    key: 'jobs',
    flag: 'jobs',
    value: 'N',
    variable: false,
    help: 'processor cores to use (default: all)',
  },
] as const satisfies readonly FlagFacts[];

/** Which records; the same words as in a query. */
export const LOG_WHERE_FLAGS = [
  {
    key: 'where',
    flag: 'where',
    value: 'QUERY',
    variable: false,
    help: "only these records, such as 'result:failed host:acme*'",
  },
] as const satisfies readonly FlagFacts[];

export const LOG_SPAN_FLAGS = [
  {
    key: 'since',
    flag: 'since',
    value: 'TIME',
    variable: false,
    help: 'from then on: 24h, 7d, yesterday, 2026-03-01, 2026-03-01T02:10Z',
  },
  {
    key: 'until',
    flag: 'until',
    value: 'TIME',
    variable: false,
    help: 'before then; a day means to its end',
  },
] as const satisfies readonly FlagFacts[];

/** Results as tables. */
export const CSV_FLAGS = [
  { key: 'csv', flag: 'csv', variable: false, help: 'the result as comma-separated values (RFC 4180)' },
  { key: 'noHeader', flag: 'no-header', variable: false, help: 'without the line of column names' },
] as const satisfies readonly FlagFacts[];
