import { describe, expect, it } from 'vitest';
import { BlockPool } from './block-pool.js';

describe('BlockPool', () => {
  it('lends a block again once it was given back, in whole or by a part of it', () => {
    const pool = new BlockPool();
    const block = pool.take();
    pool.give(block.subarray(0, 10));
    expect(pool.take().buffer).toBe(block.buffer);
  });

  it('never lends a block twice, even if it is given back twice', () => {
    const pool = new BlockPool();
    const block = pool.take();
    pool.give(block);
    pool.give(block);
    expect(pool.take().buffer).not.toBe(pool.take().buffer);
  });

  it('ignores memory that is not its own', () => {
    const pool = new BlockPool();
    const stranger = Buffer.alloc(10);
    pool.give(stranger);
    expect(pool.take().buffer).not.toBe(stranger.buffer);
  });
});
