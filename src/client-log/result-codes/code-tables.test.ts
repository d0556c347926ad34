import { describe, expect, it } from 'vitest';
import { winsockCode, winsockErrnoNames } from '../../core/winsock.js';
import type { CodeEntry } from './code-entry.js';
import { CODE_TABLES, type CodeTableName } from './code-tables.js';
import { TIMED_OUT_OVER_HTTP } from './winsock-connections.js';

/** What the sources list, written down here a second time so that a lost row is noticed. */
const LISTED: Readonly<Record<CodeTableName, readonly number[]>> = {
  eft: [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 2000],
  sftp: [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8],
  tallyman: [-1],
  win32: [0, 2, 3, 5, 31, 32, 39, 80, 112, 123, 145, 183, 206],
  ftp: [
    // RFC 959
    110, 120, 125, 150, 200, 202, 211, 212, 213, 214, 215, 220, 221, 225, 226, 227, 230, 250, 257, 331, 332,
    350, 421, 425, 426, 450, 451, 452, 500, 501, 502, 503, 504, 530, 532, 550, 551, 552, 553,
    // RFC 2228 (RFC 2389 and 3659 use numbers of RFC 959 only)
    232, 234, 235, 334, 335, 336, 431, 533, 534, 535, 536, 537, 631, 632, 633,
    // RFC 2428 and 4217, and the restart numbers of RFC 1123
    229, 521, 522, 554, 555,
    // in use without an RFC of these
    228, 430, 434,
  ],
  http: [
    ...[100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226],
    ...[300, 301, 302, 303, 304, 305, 306, 307, 308],
    ...[400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418],
    ...[421, 422, 423, 424, 425, 426, 428, 429, 431, 451],
    ...[500, 501, 502, 503, 504, 505, 506, 507, 508, 509, 510, 511, 520, 521, 522, 523, 524, 525, 526],
  ],
  winsock: [
    ...[10_004, 10_009, 10_013, 10_014, 10_022, 10_024],
    ...range(10_035, 10_071),
    ...[10_091, 10_092, 10_093],
    ...range(10_101, 10_112),
    ...range(11_001, 11_033),
  ],
};

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const TABLE_NAMES = Object.keys(CODE_TABLES) as CodeTableName[];

const ALL_ENTRIES: readonly [string, CodeEntry][] = [
  ...TABLE_NAMES.flatMap((table) =>
    Object.entries(CODE_TABLES[table]).map(([code, entry]): [string, CodeEntry] => [
      `${table} ${code}`,
      entry,
    ]),
  ),
  ['winsock 10060 over http', TIMED_OUT_OVER_HTTP],
];

describe('the dictionary', () => {
  it.each(TABLE_NAMES)('has every number that the sources of %s list, and no other', (table) => {
    const inTable = Object.keys(CODE_TABLES[table]).map(Number);
    expect(inTable.sort((a, b) => a - b)).toEqual([...LISTED[table]].sort((a, b) => a - b));
  });

  it('explains every number that a system error of ours becomes', () => {
    for (const errno of winsockErrnoNames()) {
      expect(CODE_TABLES.winsock[winsockCode(errno) ?? 0]?.name, errno).toBeDefined();
    }
  });
});

/** Commands and flags that a reader finds in this version. */
const TALLY_COMMANDS = ['list', 'stat', 'code', 'config show'];
const TALLY_FLAGS = [
  '--active',
  '--ascii',
  '--overwrite',
  '--parallel',
  '--protocol',
  '--recursive',
  '--timeout',
];

describe('every entry', () => {
  it('says in one sentence what the number means', () => {
    for (const [name, entry] of ALL_ENTRIES) {
      expect(entry.meaning, name).toMatch(/^[A-Z][^.]*(\.[a-z0-9][^.]*)*\.$/);
      expect(entry.meaning.length, name).toBeGreaterThan(15);
    }
  });

  it('has a short phrase for a listing', () => {
    for (const [name, entry] of ALL_ENTRIES) {
      expect(entry.phrase, name).toMatch(/^[A-Za-z][^.\n]{1,49}$/);
    }
  });

  it('names causes and checks in whole sentences, none twice, and its source', () => {
    for (const [name, entry] of ALL_ENTRIES) {
      for (const list of [entry.causes, entry.checks]) {
        expect(new Set(list).size, name).toBe(list.length);
        for (const sentence of list) expect(sentence, name).toMatch(/^[A-Z].{12,}[.?]$/);
      }
      expect(entry.source.length, name).toBeGreaterThan(5);
    }
  });

  it('sends the reader only to commands that exist', () => {
    for (const [name, entry] of ALL_ENTRIES) {
      for (const [, command = ''] of entry.checks.join(' ').matchAll(/`tally ([^`]*)`/g)) {
        expect(TALLY_COMMANDS, name).toContain(
          TALLY_COMMANDS.find((known) => `${command} `.startsWith(`${known} `)),
        );
      }
    }
  });

  it('names only flags that exist', () => {
    for (const [name, entry] of ALL_ENTRIES) {
      for (const [, flag] of entry.checks.join(' ').matchAll(/`(--[a-z-]+)/g))
        expect(TALLY_FLAGS, name).toContain(flag);
    }
  });

  it('asks nobody to act exactly when there is nothing to retry', () => {
    for (const [name, entry] of ALL_ENTRIES) {
      expect(entry.side === 'nobody', name).toBe(entry.retry === 'needless');
    }
  });
});
