import fc from 'fast-check';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addCounts, countLines } from '../../client-log/reading/count-lines.js';
import type { LogFileRef, LogLine } from '../../client-log/reading/log-line.js';
import { GroupTable } from '../../log-tools/stats/group-table.js';
import { RECORD_PARTS, type RecordPart } from '../../log-tools/stats/record-part.js';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { GroupScanner } from './group-scanner.js';
import { eachPacked } from './line-packer.js';
import { linesOf, logBytes } from './log-bytes.testing.js';
import { RecordCounter } from './record-counter.js';
import type { GroupWork, ScanTaskResult } from './scan-task.js';

const FILE: LogFileRef = { name: 'cl260301.log', timeZone: 'Europe/Berlin', node: '' };

function workOf(parts: readonly RecordPart[], timeZone = FILE.timeZone): GroupWork {
  return { kind: 'group', parts, keepsMinutes: true, query: undefined, timeZone };
}

/** What the tolerant reader alone makes of the bytes. */
function readAlone(lines: readonly LogLine[], parts: readonly RecordPart[]): GroupTable {
  const table = new GroupTable({ keepsMinutes: true });
  for (const line of lines) if (line.kind === 'record') table.addRecord(line.record, parts);
  return table;
}

function rowsOf(table: GroupTable) {
  return [...table.entries()]
    .map(([key, { minutes, ...counts }]) => ({ key, ...counts, gap: minutes?.longestGap() }))
    .sort((left, right) => (left.key.join('\n') < right.key.join('\n') ? -1 : 1));
}

async function scanInRanges(bytes: Buffer, rangeBytes: number, work: GroupWork) {
  const path = join(await temporaryFolder(), 'cl260301.log');
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  try {
    const scanner = new GroupScanner(work);
    const counter = new RecordCounter(work, undefined);
    for (let start = 0; start < bytes.length; start += rangeBytes) {
      const range = { start, end: Math.min(bytes.length, start + rangeBytes), sizeBytes: bytes.length };
      const { odd, isCut } = scanner.run({ kind: 'range', fd, range, file: FILE }) as ScanTaskResult;
      expect(isCut).toBe(false);
      if (odd !== undefined) eachPacked(odd, (line, offset) => counter.add(line, offset, FILE));
    }
    const { table, counts } = scanner.groups();
    counter.table.addTable(table);
    return { rows: rowsOf(counter.table), counts: addCounts(counter.counts, counts) };
  } finally {
    closeSync(fd);
  }
}

describe('counting by groups', () => {
  it('counts what the tolerant reader alone would count, whatever stands in the log and wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        logBytes,
        fc.integer({ min: 1, max: 4000 }),
        fc.subarray([...RECORD_PARTS], { minLength: 1, maxLength: 4 }),
        async (bytes, rangeBytes, parts) => {
          const lines = await linesOf(bytes, FILE);
          const scanned = await scanInRanges(bytes, rangeBytes, workOf(parts));
          expect(scanned.rows).toEqual(rowsOf(readAlone(lines, parts)));
          expect(scanned.counts).toEqual(countLines(lines));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('reads most lines of an ordinary log without the tolerant reader', async () => {
    const line =
      '2026-03-01 02:10:44; sftp; sftp.acme.example; 22; orders; C:\\out\\a.xml; /in/a.xml; upload; 0; 0;\n';
    const { rows, counts } = await scanInRanges(Buffer.from(line.repeat(1000)), 10_000, workOf(['code']));
    expect(counts).toMatchObject({ lines: 1000, records: 1000 });
    expect(rows).toMatchObject([{ key: ['0'], count: 1000, failed: 0, inferred: 0 }]);
  });

  it('knows the longest silence of a group, also when the lines are out of order', async () => {
    const at = (time: string) => `2026-03-0${time}; ftp; h; 21; u; a; b; upload; 226;\n`;
    const log = [at('1 10:00:00'), at('2 09:00:00'), at('1 11:30:00'), at('2 09:00:30')].join('');
    const { rows } = await scanInRanges(Buffer.from(log), 60, workOf(['host']));
    const seconds = (text: string) => Date.parse(`${text}Z`) / 1000;
    expect(rows[0]).toMatchObject({
      count: 4,
      inferred: 4,
      firstSeconds: seconds('2026-03-01T10:00:00'),
      lastSeconds: seconds('2026-03-02T09:00:30'),
      gap: { fromSeconds: seconds('2026-03-01T11:30'), untilSeconds: seconds('2026-03-02T09:00') },
    });
  });

  it('counts times in the zone that was asked for', async () => {
    const log = '2026-03-01 00:30:00; ftp; h; 21; u; a; b; upload; 226;\n';
    const { rows } = await scanInRanges(Buffer.from(log), 100, workOf(['day'], 'UTC'));
    expect(rows.map(({ key }) => key)).toEqual([['2026-02-28']]);
  });

  it('passes over a line that is longer than memory may grow, and reads those behind it', async () => {
    const record = '2026-03-01 00:30:00; ftp; h; 21; u; a; b; upload; 226;\n';
    const long = Buffer.alloc(5 * 1024 * 1024, 'x');
    const log = Buffer.concat([Buffer.from(record), long, Buffer.from(`\n${record}`)]);
    const { rows, counts } = await scanInRanges(log, 1024 * 1024, workOf(['host']));
    expect(counts).toMatchObject({ lines: 3, records: 2, malformed: 1 });
    expect(rows).toMatchObject([{ count: 2 }]);
  });
});
