import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_BYTES, BlockPool } from '../../core/block-pool.js';
import { PartReader } from './part-reader.js';

const signal = new AbortController().signal;

async function* chunksOf(sizes: readonly number[]) {
  let next = 0;
  for (const size of sizes) yield Uint8Array.from({ length: size }, () => (next += 1));
}

describe('a source in parts', () => {
  it('comes whole and in order, every part full but the last, and the last told as such', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 60 }), async (given, partBytes) => {
        const reader = new PartReader(chunksOf(given), new BlockPool(), signal);
        const parts: Buffer[] = [];
        for (;;) {
          const { content, isLast } = await reader.next(partBytes);
          parts.push(Buffer.from(content));
          if (isLast) break;
          expect(content.length).toBe(partBytes);
        }
        const total = given.reduce((sum, size) => sum + size, 0);
        const whole = Buffer.from(Uint8Array.from({ length: total }, (_, index) => index + 1));
        expect(Buffer.concat(parts).equals(whole)).toBe(true);
        expect(parts.length).toBe(Math.max(1, Math.ceil(total / partBytes)));
      }),
    );
  });

  it('keeps a part while the next one is gathered', async () => {
    const reader = new PartReader(chunksOf([10, 10]), new BlockPool(), signal);
    const first = await reader.next(10);
    await reader.next(10);
    expect([...first.content]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('gives blocks back once they are copied', async () => {
    const blocks = new BlockPool();
    const block = blocks.take().fill(1);
    async function* source() {
      yield block.subarray(0, 100);
    }
    const { content } = await new PartReader(source(), blocks, signal).next(BLOCK_BYTES);
    const again = blocks.take();
    expect(again.buffer).toBe(block.buffer);
    again.fill(2);
    expect(content.equals(Buffer.alloc(100, 1))).toBe(true);
  });
});
