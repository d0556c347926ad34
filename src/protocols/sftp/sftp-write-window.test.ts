import { BlockPool } from '../../core/block-pool.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../protocol-client.js';
import {
  ScriptedFile,
  scriptedLife,
  SMALL_WINDOW,
  status,
  type ScriptedFileOptions,
} from './scripted-file.testing.js';
import { writeWindow } from './sftp-write-window.js';

async function* pieces(
  chunks: readonly Uint8Array[],
  onReturn: () => void = () => undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } finally {
    onReturn();
  }
}

interface Setting extends ScriptedFileOptions {
  readonly offset?: number;
  readonly maxRequests?: number;
  readonly signal?: AbortSignal;
}

function write(source: ByteSource, setting: Setting = {}) {
  const { life, clock, call } = scriptedLife(setting.signal);
  const file = new ScriptedFile(setting);
  const options = {
    offset: setting.offset ?? 0,
    window: { ...SMALL_WINDOW, maxRequests: setting.maxRequests ?? SMALL_WINDOW.maxRequests },
    blocks: new BlockPool(),
    refused: (thrown: unknown) => new Error('refused', { cause: thrown }),
  };
  let running: Promise<void> | undefined;
  const outcome = life
    .wait<number>(call, (wait) => void (running = writeWindow(file, source, options, wait)))
    .catch((error: unknown) => error);
  return { file, outcome, clock, life, ended: () => running };
}

const chunk = (length: number, value = 1) => new Uint8Array(length).fill(value);

describe('writing with many requests under way', () => {
  it('writes every byte to its place, however chunks are cut and answers reordered', async () => {
    const scenario = fc.record({
      chunks: fc.array(fc.uint8Array({ maxLength: 35 }), { maxLength: 12 }),
      offset: fc.nat(20),
      order: fc.array(fc.nat(100), { minLength: 1 }),
      maxRequests: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ chunks, offset, order, maxRequests }) => {
        let turn = 0;
        const before = Buffer.alloc(offset, 'b');
        const pick = (waiting: number) => (order[turn++ % order.length] ?? 0) % Math.max(1, waiting);
        const { file, outcome } = write(pieces(chunks), { content: before, offset, pick, maxRequests });
        await file.answerAll();
        const payload = Buffer.concat(chunks);
        expect(await outcome).toBe(payload.length);
        expect(file.content.equals(Buffer.concat([before, payload]))).toBe(true);
        expect(file.mostWaiting).toBeLessThanOrEqual(maxRequests);
        expect(file.mostWaitingBytes).toBeLessThanOrEqual(SMALL_WINDOW.windowBytes);
        expect(Math.max(0, ...file.requestSizes)).toBeLessThanOrEqual(SMALL_WINDOW.requestBytes);
      }),
    );
  });

  it('pulls no more from the source than the window holds', async () => {
    let pulled = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        pulled += 1;
        yield chunk(10);
      }
    }
    const { file, life, outcome } = write(endless());
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
    expect(file.waiting).toBe(4);
    expect(pulled).toBe(5);
    life.lose({ code: 'CONNECTION_LOST', lastCode: 7, reason: 'gone' });
    expect(await outcome).toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('is done only when the last answer is there', async () => {
    const { file, outcome, clock } = write(pieces([chunk(30)]), { answerTo: { 2: 'silence' } });
    await file.answerAll();
    clock.advance(1000);
    expect(await outcome).toMatchObject({ code: 'TIMEOUT', lastCode: 8 });
  });

  it.each([1, 2, 5])('ends when request %i is refused and lets the source go', async (n) => {
    let returned = 0;
    const source = pieces(
      Array.from({ length: 20 }, () => chunk(10)),
      () => void (returned += 1),
    );
    const { file, outcome, ended } = write(source, { answerTo: { [n]: status(4) } });
    await file.answerAll();
    expect(await outcome).toMatchObject({ message: 'refused', cause: { code: 4 } });
    await ended();
    expect(returned).toBe(1);
    expect(file.requests).toBeLessThan(20);
  });

  it('passes on the very reason of a source that fails', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield chunk(10);
      throw new Error('our disk failed');
    }
    const { file, outcome } = write(failing());
    await file.answerAll();
    expect(await outcome).toEqual(new Error('our disk failed'));
  });

  it('does not wait for a source that never answers once the session is lost, and asks it to end', async () => {
    let returned = 0;
    const silent: ByteSource = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => undefined),
        return: async () => {
          returned += 1;
          return { done: true as const, value: undefined };
        },
      }),
    };
    const { outcome, ended, life } = write(silent);
    life.lose({ code: 'CONNECTION_LOST', lastCode: 7, reason: 'gone' });
    expect(await outcome).toMatchObject({ code: 'CONNECTION_LOST' });
    await ended();
    expect(returned).toBe(1);
  });

  it('does not count the time that the source takes', async () => {
    let give: ((step: IteratorResult<Uint8Array>) => void) | undefined;
    const slow: ByteSource = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<Uint8Array>>((resolve) => void (give = resolve)),
      }),
    };
    const { file, outcome, clock } = write(slow);
    clock.advance(100_000);
    give?.({ done: false, value: chunk(5) });
    await file.answerAll();
    clock.advance(100_000);
    give?.({ done: true, value: undefined });
    expect(await outcome).toBe(5);
  });

  it('lets the source go when it is cancelled', async () => {
    let returned = 0;
    const abort = new AbortController();
    const source = pieces(
      Array.from({ length: 20 }, () => chunk(10)),
      () => void (returned += 1),
    );
    const { file, outcome, ended } = write(source, { signal: abort.signal });
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    file.answerOne();
    abort.abort();
    expect(await outcome).toMatchObject({ code: 'CANCELLED' });
    await ended();
    expect(returned).toBe(1);
  });
});
