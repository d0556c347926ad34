import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ByteSink } from '../protocol-client.js';
import { readWindow } from './sftp-read-window.js';
import {
  ScriptedFile,
  scriptedLife,
  SMALL_WINDOW,
  status,
  type ScriptedFileOptions,
} from './scripted-file.testing.js';
import type { TransferWindow } from './transfer-window.js';

function content(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => index % 251));
}

interface Reading {
  readonly file: ScriptedFile;
  readonly received: () => Buffer;
  /** Bytes, or what it rejected with. */
  readonly outcome: Promise<unknown>;
  readonly clock: ReturnType<typeof scriptedLife>['clock'];
}

interface Setting extends ScriptedFileOptions {
  readonly offset?: number;
  readonly window?: TransferWindow;
  readonly sink?: ByteSink;
}

function read(setting: Setting): Reading {
  const { life, clock, call } = scriptedLife();
  const file = new ScriptedFile(setting);
  const chunks: Uint8Array[] = [];
  const sink: ByteSink = {
    write: (chunk) => {
      chunks.push(chunk);
      return setting.sink?.write(chunk);
    },
  };
  const options = {
    offset: setting.offset ?? 0,
    window: setting.window ?? SMALL_WINDOW,
    refused: (thrown: unknown) => new Error('refused', { cause: thrown }),
    truncated: (position: number) => new Error(`truncated at ${position}`),
  };
  const outcome = life
    .wait<number>(call, (wait) => readWindow(file, sink, options, wait))
    .catch((error: unknown) => error);
  return { file, received: () => Buffer.concat(chunks), outcome, clock };
}

describe('reading with many requests under way', () => {
  it('hands over every byte in order, however answers are reordered, cut short and delayed', async () => {
    const scenario = fc.record({
      size: fc.nat(300),
      offset: fc.nat(50),
      longestReadBytes: fc.integer({ min: 1, max: 12 }),
      order: fc.array(fc.nat(100), { minLength: 1 }),
      slowSink: fc.boolean(),
      maxRequests: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ size, offset, longestReadBytes, order, slowSink, maxRequests }) => {
        let turn = 0;
        const whole = content(size);
        const reading = read({
          content: whole,
          offset,
          longestReadBytes,
          pick: (waiting) => (order[turn++ % order.length] ?? 0) % Math.max(1, waiting),
          window: { ...SMALL_WINDOW, maxRequests },
          sink: { write: () => (slowSink ? Promise.resolve() : undefined) },
        });
        await reading.file.answerAll();
        const wanted = whole.subarray(Math.min(offset, size));
        expect(await reading.outcome).toBe(wanted.length);
        expect(reading.received().equals(wanted)).toBe(true);
        expect(reading.file.mostWaiting).toBeLessThanOrEqual(maxRequests);
        expect(reading.file.mostWaitingBytes).toBeLessThanOrEqual(SMALL_WINDOW.windowBytes);
      }),
    );
  });

  it('begins with few requests and widens with each answer', async () => {
    const { file, outcome } = read({
      content: content(1000),
      window: { requestBytes: 10, windowBytes: 1000, maxRequests: 5 },
    });
    expect(file.waiting).toBe(2);
    file.answerOne();
    expect(file.waiting).toBe(3);
    await file.answerAll();
    expect(file.mostWaiting).toBe(5);
    expect(await outcome).toBe(1000);
  });

  it('asks for no more than the window while the sink is busy, and its time stands still meanwhile', async () => {
    let wake: (() => void) | undefined;
    const sink = { write: () => new Promise<void>((resolve) => void (wake = resolve)) };
    const { file, outcome, clock, received } = read({ content: content(200), sink });
    await file.answerAll();
    expect(received()).toHaveLength(10);
    expect(file.requests).toBeLessThanOrEqual(1 + SMALL_WINDOW.windowBytes / SMALL_WINDOW.requestBytes);
    clock.advance(1_000_000);
    for (let turn = 0; turn < 30; turn += 1) {
      wake?.();
      await file.answerAll();
    }
    expect(await outcome).toBe(200);
  });

  it('takes smaller pieces from a server that gives smaller pieces', async () => {
    const window = { requestBytes: 20_000, windowBytes: 200_000, maxRequests: 8 };
    const { file, outcome } = read({ content: content(100_000), longestReadBytes: 5_000, window });
    await file.answerAll();
    expect(await outcome).toBe(100_000);
    expect(Math.max(...file.requestSizes.slice(-8))).toBe(5_000);
  });

  it('asks again when a data packet is empty, but not for ever', async () => {
    const once = read({ content: content(25), answerTo: { 1: 0 } });
    await once.file.answerAll();
    expect(await once.outcome).toBe(25);
    const always = read({
      content: content(25),
      answerTo: Object.fromEntries(Array.from({ length: 99 }, (_, n) => [n + 1, 0])),
    });
    await always.file.answerAll();
    expect(await always.outcome).toMatchObject({ message: 'refused', cause: { name: 'OddAnswer' } });
  });

  it('reads an empty file, and beyond the end, as nothing', async () => {
    for (const offset of [0, 5]) {
      const { file, outcome } = read({ content: Buffer.alloc(0), offset });
      await file.answerAll();
      expect(await outcome).toBe(0);
    }
  });

  it.each([1, 2, 3, 7])(
    'is refused when request %i is refused, and hands over nothing after that',
    async (n) => {
      const { file, outcome, received } = read({ content: content(200), answerTo: { [n]: status(4) } });
      await file.answerAll();
      expect(await outcome).toMatchObject({ message: 'refused', cause: { code: 4 } });
      expect(received().equals(content(200).subarray(0, received().length))).toBe(true);
      expect(received().length).toBeLessThanOrEqual((n - 1) * 10);
    },
  );

  it('is truncated when the end is told before bytes that came already', async () => {
    // The fourth request is answered before the third one.
    const picks = [0, 2];
    const { file, outcome } = read({
      content: content(200),
      answerTo: { 3: status(1) },
      pick: () => picks.shift() ?? 0,
    });
    await file.answerAll();
    expect(await outcome).toMatchObject({ message: 'truncated at 20' });
  });

  it('believes the end of file when nothing speaks against it', async () => {
    const { file, outcome, received } = read({
      content: content(200),
      answerTo: { 3: status(1), 4: status(1), 5: status(1) },
    });
    await file.answerAll();
    expect(await outcome).toBe(20);
    expect(received()).toHaveLength(20);
  });

  it('times out when one of many answers never comes', async () => {
    const { file, outcome, clock } = read({ content: content(200), answerTo: { 2: 'silence' } });
    await file.answerAll();
    clock.advance(1000);
    expect(await outcome).toMatchObject({ code: 'TIMEOUT', lastCode: 8 });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('our disk is full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('our disk is full'))],
  ])('ends with the very reason of a sink that %s', async (_how, write: () => Promise<void> | undefined) => {
    const { file, outcome } = read({ content: content(200), sink: { write } });
    await file.answerAll();
    expect(await outcome).toEqual(new Error('our disk is full'));
  });
});
