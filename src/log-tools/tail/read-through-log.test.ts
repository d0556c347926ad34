import { describe, expect, it } from 'vitest';
import { readLogBatches } from '../../client-log/reading/read-client-log.js';
import { lineChoice } from './line-choice.js';
import { ReadThroughLog } from './read-through-log.js';

const ref = { name: '-', timeZone: 'UTC', node: '' };
const choice = lineChoice({ isFailedOnly: false, query: undefined });
const request = { count: 2, maxScanBytes: 1000, unfinished: 'taken' } as const;

function logOf(chunks: readonly string[], kind: 'lasting' | 'whole' = 'whole'): ReadThroughLog {
  const open = async () => readLogBatches(bytesOf(chunks), ref);
  return new ReadThroughLog({ open, kind, choice });
}

async function* bytesOf(chunks: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield new TextEncoder().encode(chunk);
}

const texts = (lines: readonly { readonly raw: Uint8Array }[]) =>
  lines.map(({ raw }) => new TextDecoder().decode(raw));

describe('a log that can only be read through', () => {
  it('gives its last lines, with their numbers, and is over', async () => {
    const log = logOf(['a\nb\n', 'c\n', '\nd']);
    const { lines, isCut } = await log.start(request);
    expect([texts(lines), isCut, log.isOver]).toEqual([['c', 'd'], false, true]);
    expect(lines.map(({ lineNumber }) => lineNumber)).toEqual([3, 5]);
    for await (const event of log.poll()) expect(event).toBeUndefined();
  });

  it('holds only the lines that it gives, not what they were read with', async () => {
    const { lines } = await logOf([`a\n${'x'.repeat(900)}`, '\nb\n']).start({ ...request, count: 10 });
    for (const { raw } of lines) expect(raw.buffer.byteLength).toBe(raw.length);
  });

  it('drops the first of them where all together are too large, and says so', async () => {
    const { lines, isCut } = await logOf([`${'a\n'}${'x'.repeat(700)}\n${'y'.repeat(700)}\n`]).start({
      ...request,
      count: 3,
    });
    expect([texts(lines).map((text) => text[0]), isCut]).toEqual([['y'], true]);
  });

  it('waits for nothing at the start where more may come, and gives it as it comes', async () => {
    const log = logOf(['a\nb', '\nc\n'], 'lasting');
    expect((await log.start({ ...request, unfinished: 'left' })).lines).toEqual([]);
    const seen: string[][] = [];
    for await (const event of log.poll()) if (event.kind === 'lines') seen.push(texts(event.lines));
    expect([seen, log.isOver]).toEqual([[['a'], ['b', 'c']], true]);
  });
});
