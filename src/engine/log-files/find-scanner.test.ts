import fc from 'fast-check';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../client-log/query/parse-query.js';
import type { QueryContext } from '../../client-log/query/query.js';
import type { LogFileRef, LogLine } from '../../client-log/reading/log-line.js';
import { readLine } from '../../client-log/reading/read-client-log.js';
import { temporaryFolder } from '../../../test/platform/temporary-folder.js';
import { FindScanner } from './find-scanner.js';
import { lineTest } from './line-test.js';
import { linesOf, logBytes } from './log-bytes.testing.js';
import { rawLine } from './raw-line.js';

const FILE: LogFileRef = { name: 'cl260301.log', timeZone: 'Europe/Berlin', node: '' };
const CONTEXT: QueryContext = { nowMs: Date.UTC(2026, 2, 2), timeZone: 'Europe/Berlin', partners: [] };

async function findInRanges(bytes: Buffer, rangeBytes: number, text: string): Promise<readonly LogLine[]> {
  const path = join(await temporaryFolder(), 'cl260301.log');
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  const found: LogLine[] = [];
  let linesBefore = 0;
  try {
    const scanner = new FindScanner({ query: { text, context: CONTEXT }, withUnreadable: true });
    for (let start = 0; start < bytes.length; start += rangeBytes) {
      const range = { start, end: Math.min(bytes.length, start + rangeBytes), sizeBytes: bytes.length };
      const { hits } = scanner.run({ kind: 'range', fd, range, file: FILE });
      if (hits === undefined) continue;
      let from = 0;
      hits.ends.forEach((end, index) => {
        const place = {
          lineNumber: linesBefore + (hits.linesBefore[index] ?? 0) + 1,
          offset: hits.offsets[index] ?? -1,
        };
        found.push(readLine(rawLine(hits.bytes.subarray(from, end), place), FILE));
        from = end;
      });
      linesBefore += hits.lineCount;
    }
  } finally {
    closeSync(fd);
  }
  return found;
}

const plainLines = (lines: readonly LogLine[]) =>
  lines.map((line) => ({ ...line, raw: Buffer.from(line.raw).toString('hex') }));

describe('finding lines', () => {
  it('finds exactly the lines that a query matches, with their places, wherever the file is cut', async () => {
    const query = fc.constantFrom(
      '',
      'result:failed',
      'test',
      'TXT',
      'path:*a*',
      'op:upload code:226,0',
      '-protocol:sftp file:e',
      'in/',
      'host:*.example',
    );
    await fc.assert(
      fc.asyncProperty(
        logBytes,
        fc.integer({ min: 1, max: 4000 }),
        query,
        async (bytes, rangeBytes, text) => {
          const isWanted = lineTest(parseQuery(text, CONTEXT), { withUnreadable: true });
          const expected = (await linesOf(bytes, FILE)).filter(isWanted);
          expect(plainLines(await findInRanges(bytes, rangeBytes, text))).toEqual(plainLines(expected));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('finds a name whatever the case of its letters, at the very start and end of the input', async () => {
    const log = Buffer.from(
      '2026-03-01 00:30:00; ftp; h; 21; u; INV_4711.XML; /x; upload; 226;\n' +
        '2026-03-01 00:30:01; ftp; h; 21; u; a; b; upload; 226;\n' +
        '2026-03-01 00:30:02; ftp; h; 21; u; a; inv_4711.xml; upload; 226;\n',
    );
    const found = await findInRanges(log, log.length, 'Inv_4711.xml');
    expect(found.map(({ lineNumber }) => lineNumber)).toEqual([1, 3]);
  });

  it('brings a damaged line that holds the text, so that it is not passed over in silence', async () => {
    const log = Buffer.from('2026-03-01 00:30:00; ftp; /in/inv_4711.xml; cut sho\nanother\n');
    const found = await findInRanges(log, 10, 'inv_4711');
    expect(found).toMatchObject([{ kind: 'malformed', lineNumber: 1 }]);
  });
});
