import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OpenFile } from '../../core/files.js';
import { MAX_LINE_BYTES, type LogLine } from '../../client-log/reading/log-line.js';
import { readLogBatches } from '../../client-log/reading/read-client-log.js';
import { readLastLines, type LastLinesRequest } from './last-lines.js';
import { lineChoice } from './line-choice.js';
import type { TailLine } from './tail-event.js';

const ref = { name: 'cl260301.log', timeZone: 'UTC', node: '' };

const LINE = '2026-03-01 02:10:44; sftp; acme; 22; batch; /out/NAME; /in/NAME; upload; CODE; RESULT;';
const line = (name: string, result = 0) =>
  LINE.replaceAll('NAME', name)
    .replace('CODE', result === 0 ? '0' : '4')
    .replace('RESULT', String(result));

/** A file whose reads are counted, and which gives fewer bytes than asked for. */
function fileOf(bytes: Uint8Array): OpenFile & { readonly readBytes: () => number } {
  let readBytes = 0;
  const file: Partial<OpenFile> = {
    read: async (buffer, position) => {
      const slice = bytes.subarray(position, position + Math.min(buffer.length, 100_000));
      buffer.set(slice);
      readBytes += slice.length;
      return slice.length;
    },
  };
  return { ...(file as OpenFile), readBytes: () => readBytes };
}

async function lastLines(content: string | Uint8Array, changes: Partial<LastLinesRequest> = {}) {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const file = fileOf(bytes);
  const last = await readLastLines(file, {
    ref,
    sizeBytes: bytes.length,
    count: 10,
    choice: { mayWant: () => true, wants: () => true, unread: 0 },
    maxScanBytes: Infinity,
    unfinished: 'taken',
    ...changes,
  });
  const texts = last.lines.map(({ raw }) => Buffer.from(raw).toString('latin1'));
  return { ...last, texts, readBytes: file.readBytes() };
}

async function allLines(bytes: Uint8Array): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for await (const batch of readLogBatches(chunksOf(bytes), ref)) lines.push(...batch);
  return lines;
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

describe('the last lines of a file', () => {
  it('are those that reading from the start ends with, whatever the bytes', async () => {
    const piece = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('\n', '\r\n', '\r', '', ';', '\ufeff') },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: 99 }).map((index) => `${line(`f${index}`)}\n`) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
      { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 70_000 }).map((size) => 'x'.repeat(size)) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 12 }),
        fc.integer({ min: 0, max: 8 }),
        async (pieces, count) => {
          const bytes = Buffer.from(pieces.join(''));
          const expected = await allLines(bytes);
          const last = await lastLines(bytes, { count });
          const wanted = count === 0 ? [] : expected.slice(-count);
          expect(plain(last.lines)).toEqual(plain(wanted));
          const end = expected.at(-1);
          expect(last.endOffset).toBe(
            end === undefined ? 0 : end.offset + (end.lineEnd === '' ? 0 : end.lengthBytes),
          );
          expect(last.isCut).toBe(false);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are found without reading the rest of a large file', async () => {
    const many = `${line('old')}\n`.repeat(100_000);
    const { texts, readBytes } = await lastLines(`${many}${line('a')}\n${line('b')}\n`, { count: 2 });
    expect(texts).toEqual([line('a'), line('b')]);
    expect(readBytes).toBeLessThanOrEqual(64 * 1024);
  });

  it('are looked for among rare matches as far as allowed, which is told', async () => {
    const content = `${line('first', 1)}\n${`${line('fine')}\n`.repeat(30_000)}${line('last', 1)}\n`;
    const failed = { choice: lineChoice({ isFailedOnly: true, query: undefined }) };
    const all = await lastLines(content, failed);
    expect([all.texts, all.isCut]).toEqual([[line('first', 1), line('last', 1)], false]);
    const cut = await lastLines(content, { ...failed, maxScanBytes: 100_000 });
    expect([cut.texts, cut.isCut, cut.scannedBytes, cut.readBytes]).toEqual([
      [line('last', 1)],
      true,
      100_000,
      100_000,
    ]);
  });

  it('leave a line that somebody is writing to be read later', async () => {
    const content = `${line('a')}\r\n${line('b').slice(0, 30)}`;
    const { texts, endOffset } = await lastLines(content, { unfinished: 'left' });
    expect(texts).toEqual([line('a')]);
    expect(endOffset).toBe(line('a').length + 2);
    expect((await lastLines(content)).texts).toEqual([line('a'), line('b').slice(0, 30)]);
  });

  it.each(['\n', '\r\n', ''])(
    'tell a line that is too long, its first bytes kept, before %j',
    async (lineEnd) => {
      const fits = 'y'.repeat(MAX_LINE_BYTES);
      const bytes = Buffer.from(`${fits}${'\n'}${fits}z${lineEnd}`);
      const { lines } = await lastLines(bytes);
      expect(lines.map((each) => [each.kind, each.raw.length, each.lineEnd])).toEqual([
        ['malformed', MAX_LINE_BYTES, '\n'],
        ['malformed', MAX_LINE_BYTES, lineEnd],
      ]);
      expect(plain(lines)).toEqual(plain(await allLines(bytes)));
    },
  );

  it('begin within a line longer than all that may be read', async () => {
    const { lines, isCut, endOffset } = await lastLines('x'.repeat(300_000), { maxScanBytes: 200_000 });
    expect([lines, isCut, endOffset]).toEqual([[], true, 100_000]);
  });
});

/** For comparing: bytes as text, so that a difference of a megabyte is told in one line. */
function plain(lines: readonly (LogLine | TailLine)[]): readonly unknown[] {
  return lines.map((each) => ({
    ...each,
    raw: Buffer.from(each.raw).toString('latin1'),
    lineNumber: undefined,
  }));
}
