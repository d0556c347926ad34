import { join } from 'node:path';
import type { Command } from '../measure.js';

/** One way to count the lines of a log by code. */
export interface CountTool {
  readonly name: string;
  /** `path` is a file. */
  readonly command: (path: string) => Command;
  /** Lines by code as it printed them. Keys that are no number stand for lines that it did not understand. */
  readonly counts: (stdout: string) => ReadonlyMap<string, number>;
  /** So slow that one round must do. */
  readonly isSlow?: true;
  /** Why its counts cannot be held against the truth. */
  readonly incomparable?: string;
}

const C_LOCALE = { LC_ALL: 'C' };
/** What GoAccess could also count; without these panels it has the least to do. */
const OTHER_PANELS =
  'VISITORS REQUESTS REQUESTS_STATIC NOT_FOUND HOSTS OS BROWSERS VISIT_TIMES VIRTUAL_HOSTS REFERRERS REFERRING_SITES KEYPHRASES GEO_LOCATION REMOTE_USER CACHE_STATUS MIME_TYPE TLS_TYPE'.split(
    ' ',
  );

/** Tallyman first, then its peers, each in its nearest form. `tally` is the built command's file. */
export function countTools(tally: string): readonly CountTool[] {
  const own = (name: string, ...more: string[]): CountTool => ({
    name,
    command: (path) => ({
      program: process.execPath,
      args: [tally, 'log', 'stats', '--by', 'code', '--jsonl', ...more, path],
    }),
    counts: tallyCounts,
  });
  return [own('tally'), own('tally --jobs 1', '--jobs', '1'), duckdb, mawk, lnav, goaccess];
}

/** DuckDB's node package as a program of its own, two threads. */
export const duckdb: CountTool = {
  name: 'DuckDB',
  command: (path) => ({
    program: process.execPath,
    args: [join(import.meta.dirname, 'duckdb-count.mjs'), path],
  }),
  counts: (stdout) => sumOf(duckdbResult(stdout).counts),
};

const mawk: CountTool = {
  name: 'mawk',
  command: (path) => ({
    program: 'mawk',
    args: ['-F;', '{ n[$9]++ } END { for (code in n) print n[code] ";" code }', path],
    environment: C_LOCALE,
  }),
  counts: (stdout) => sumOf(rowsOf(stdout).map(([count = '', ...code]) => [code.join(';'), Number(count)])),
};

const lnav: CountTool = {
  name: 'lnav',
  command: (path) => ({
    program: 'lnav',
    args: [
      ...['-n', '-q', '-I', join(import.meta.dirname, 'lnav')],
      ...['-c', ';SELECT count(*), code FROM bench_client_log GROUP BY code', '-c', ':write-csv-to -'],
      path,
    ],
  }),
  counts: (stdout) => sumOf(rowsOf(stdout, ',').map(([count = '', code = '']) => [code, Number(count)])),
};

const goaccess: CountTool = {
  name: 'GoAccess',
  command: (path) => ({
    program: 'goaccess',
    args: [
      path,
      '--log-format=%d %t; %^; %h; %^; %^; %^; %^; %U; %s;%^',
      ...['--date-format=%Y-%m-%d', '--time-format=%H:%M:%S', '--no-ip-validation', '--no-strict-status'],
      ...['--no-global-config', '--no-progress', '-o', 'json'],
      ...OTHER_PANELS.map((panel) => `--ignore-panel=${panel}`),
    ],
  }),
  counts: () => new Map(),
  isSlow: true,
  incomparable: 'knows HTTP codes only, all others are one "Unknown"',
};

/** What duckdb-count.mjs printed. */
export function duckdbResult(stdout: string): {
  readonly querySeconds: number;
  readonly counts: readonly (readonly [string, number])[];
} {
  return JSON.parse(stdout) as ReturnType<typeof duckdbResult>;
}

function tallyCounts(stdout: string): ReadonlyMap<string, number> {
  const rows = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { readonly code: number; readonly records: number });
  return sumOf(rows.map(({ code, records }) => [String(code), records]));
}

/** The lines that begin with a count; lnav prints a heading too. */
function rowsOf(stdout: string, separator = ';'): readonly string[][] {
  return stdout
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(separator));
}

function sumOf(pairs: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [code, count] of pairs) sums.set(code.trim(), (sums.get(code.trim()) ?? 0) + count);
  return sums;
}
