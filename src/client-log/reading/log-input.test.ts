import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { LogInput } from './log-input.js';
import type { LogLine } from './log-line.js';
import { readClientLog } from './read-client-log.js';

const text = 'Time; Protocol; Host; Port\n2006-03-06 10:11:03; ftp; h; 21; u; /ä; /ä; upload; 226;\n';
const bytes = new TextEncoder().encode(text);

async function* inPieces() {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

async function linesOf(lines: AsyncIterable<LogLine>): Promise<readonly LogLine[]> {
  const all: LogLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}

/** A stream that nobody can iterate, as some browsers have them. */
function bareStream() {
  const reader = new Blob([bytes]).stream().getReader();
  return { getReader: () => ({ read: () => reader.read(), cancel: () => reader.cancel() }) };
}

/** A source that never gives anything, and knows whether it was given up. */
function silentSource() {
  let isGivenUp = false;
  const iterator = {
    next: () => new Promise<never>(() => undefined),
    return: () => {
      isGivenUp = true;
      return Promise.resolve({ done: true as const, value: undefined });
    },
  };
  return { source: { [Symbol.asyncIterator]: () => iterator }, isGivenUp: () => isGivenUp };
}

describe('readClientLog', () => {
  it.each<[string, () => LogInput]>([
    ['text', () => text],
    ['bytes', () => bytes],
    ['a Node stream', () => Readable.from(inPieces()) as AsyncIterable<Uint8Array>],
    ['a Web stream', () => new Blob([bytes]).stream()],
    ['a Web stream that cannot be iterated', bareStream],
    ['any async iterable', inPieces],
  ])('reads %s', async (_what, input) => {
    const lines = await linesOf(readClientLog(input(), { name: 'x', timeZone: 'UTC', node: 'a' }));
    expect(lines).toMatchObject([
      { kind: 'header', lineNumber: 1, offset: 0, file: { name: 'x', timeZone: 'UTC', node: 'a' } },
      { kind: 'record', lineNumber: 2, offset: 27, record: { localPath: '/ä' } },
    ]);
  });

  it('names the log - and takes the zone of the machine where nothing else is said', async () => {
    const [line] = await linesOf(readClientLog(text));
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    expect(line?.file).toEqual({ name: '-', timeZone, node: '' });
  });

  it('refuses a zone that the runtime does not know', async () => {
    await expect(readClientLog(text, { timeZone: 'Europe/Atlantis' }).next()).rejects.toThrow(RangeError);
  });

  it('refuses pieces that are no bytes', async () => {
    const stream = Readable.from([text]) as unknown as AsyncIterable<Uint8Array>;
    await expect(readClientLog(stream).next()).rejects.toThrow('open the stream without an encoding');
  });

  it('rejects with what the source rejects with', async () => {
    const failing = async function* () {
      yield bytes;
      throw new Error('the disk is gone');
    };
    await expect(linesOf(readClientLog(failing()))).rejects.toThrow('the disk is gone');
  });

  it('ends with the reason of its signal, also while it waits, and gives up the source', async () => {
    const { source, isGivenUp } = silentSource();
    const controller = new AbortController();
    const next = readClientLog(source, { signal: controller.signal }).next();
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
    expect(isGivenUp()).toBe(true);
  });

  it('does not begin when its signal was given before', async () => {
    const { source } = silentSource();
    await expect(readClientLog(source, { signal: AbortSignal.abort() }).next()).rejects.toThrow('aborted');
  });

  it('gives up the source when its reader stops early', async () => {
    let isClosed = false;
    const source = async function* () {
      try {
        for (;;) yield bytes;
      } finally {
        isClosed = true;
      }
    };
    for await (const line of readClientLog(source())) if (line.kind === 'record') break;
    expect(isClosed).toBe(true);
  });
});
