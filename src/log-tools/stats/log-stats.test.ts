import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyRecord } from '../../client-log/client-log.testing.js';
import { formatRecord } from '../../client-log/format.js';
import type { ReadRecord } from '../../client-log/reading/log-line.js';
import { parseLogLine } from '../../client-log/reading/parse-log-line.js';
import { GroupTable, MAX_GROUPS } from './group-table.js';
import type { GroupName } from './groupings.js';
import { keepsMinutes, logStats, partsFor, type LogStats } from './log-stats.js';
import { addPacked, packGroups } from './packed-groups.js';
import { wallSeconds, wallTime } from './wall-time.js';

function recordOf(line: string): ReadRecord {
  const reading = parseLogLine(Buffer.from(line), { isFirst: false, hasEnd: true });
  if (reading.kind !== 'record') throw new RangeError(`no record: ${line}`);
  return reading.record;
}

function statsOf(lines: readonly string[], by: readonly GroupName[], partners = [ACME]): LogStats {
  const table = new GroupTable({ keepsMinutes: keepsMinutes(by) });
  for (const line of lines) table.addRecord(recordOf(line), partsFor(by));
  return logStats(table, by, partners);
}

const ACME = { name: 'acme', host: 'SFTP.acme.example', port: 22, user: 'orders' };

const rowsOf = ({ rows }: LogStats) =>
  rows.map(({ values, count, failed }) => [...values.map(({ words }) => words), count, failed]);

const LINES = [
  '2026-02-28 23:59:59; sftp; sftp.acme.example; 22; orders; /o/a.XML; /in/a.XML; upload; 4; 1;',
  '2026-03-01 02:10:00; sftp; sftp.acme.example; 22; orders; /o/a.xml; /in/a.xml; upload; 0; 0;',
  '2026-03-01 02:20:00; ftp; ftp.globex.example; 21; us; /o/b.csv; /b.csv; upload; 226;',
  '2026-03-02 02:20:00; ftps; FTP.globex.example; 990; us; /o/b; b; download; 226; 0;',
];

describe('records by groups', () => {
  it('a partner is its connection, else its host in lower case', () => {
    expect(rowsOf(statsOf(LINES, ['partner']))).toEqual([
      ['acme', 2, 1],
      ['ftp.globex.example', 2, 0],
    ]);
  });

  it('a code is told with what it means over its protocol; ftp and ftps are one', () => {
    const rows = rowsOf(statsOf(LINES, ['code'])).map(([words, ...counts]) => [
      String(words).replace(/^(\S+) .*(\(.*\))$/, '$1 $2'),
      ...counts,
    ]);
    expect(rows).toEqual([
      ['226 (ftp)', 2, 0],
      ['4 (sftp)', 1, 1],
      ['0 (sftp)', 1, 0],
    ]);
  });

  it.each([
    ['hour', [['2026-02-28 23:00'], ['2026-03-01 02:00'], ['2026-03-02 02:00']]],
    ['hour-of-day', [['02:00'], ['23:00']]],
    ['day', [['2026-02-28'], ['2026-03-01'], ['2026-03-02']]],
    ['weekday', [['Monday'], ['Saturday'], ['Sunday']]],
  ] as const)('%s comes in the order of time', (by, labels) => {
    const names = rowsOf(statsOf(LINES, [by])).map(([label]) => [label]);
    expect(names).toEqual(labels);
  });

  it.each([
    ['folder', ['/in', '(none)', '/']],
    ['extension', ['xml', '(none)', 'csv']],
    ['result', ['succeeded', 'failed']],
    ['user', ['orders', 'us']],
    ['operation', ['upload', 'download']],
    ['protocol', ['sftp', 'ftp', 'ftps']],
  ] as const)('%s is what it is called', (by, labels) => {
    expect(rowsOf(statsOf(LINES, [by])).map(([label]) => label)).toEqual(labels);
  });

  it('several groups at once make a row of each pair', () => {
    expect(rowsOf(statsOf(LINES, ['day', 'result']))).toEqual([
      ['2026-02-28', 'failed', 1, 1],
      ['2026-03-01', 'succeeded', 2, 0],
      ['2026-03-02', 'succeeded', 1, 0],
    ]);
  });

  it('more groups than fit are counted as a whole, not lost', () => {
    const table = new GroupTable({ keepsMinutes: false });
    const counts = { count: 1, failed: 1, inferred: 0, firstSeconds: 1, lastSeconds: 2, minutes: undefined };
    for (let index = 0; index < MAX_GROUPS + 3; index += 1) table.addCounts([`user${index}`], counts);
    table.addCounts(['user0'], counts);
    const { rows, ungrouped } = logStats(table, ['user'], []);
    expect({ rows: rows.length, ungrouped, first: rows[0]?.count }).toEqual({
      rows: MAX_GROUPS,
      ungrouped: { count: 3, failed: 3 },
      first: 2,
    });
  });

  it('counts are the same however the records are shared out among threads', () => {
    const by: readonly GroupName[] = ['host', 'code'];
    const parts = partsFor(by);
    fc.assert(
      fc.property(fc.array(fc.tuple(anyRecord, fc.nat(2)), { maxLength: 30 }), (given) => {
        const records = given.map(([record, thread]) => ({ record: recordOf(formatRecord(record)), thread }));
        const whole = new GroupTable({ keepsMinutes: true });
        for (const { record } of records) whole.addRecord(record, parts);
        const together = new GroupTable({ keepsMinutes: true });
        for (const thread of [0, 1, 2]) {
          const table = new GroupTable({ keepsMinutes: true });
          for (const each of records) if (each.thread === thread) table.addRecord(each.record, parts);
          addPacked(together, structuredClone(packGroups(table)));
        }
        const plain = (table: GroupTable) =>
          logStats(table, by, []).rows.map(({ minutes, ...row }) => ({ ...row, gap: minutes?.longestGap() }));
        expect(plain(together)).toEqual(plain(whole));
      }),
    );
  });
});

describe('times on the wall', () => {
  it('are seconds and back', () => {
    const seconds = fc.integer({ min: 0, max: Date.UTC(2099, 11, 31) / 1000 });
    fc.assert(
      fc.property(seconds, (value) => {
        expect(wallSeconds(wallTime(value))).toBe(value);
      }),
    );
  });
});
