import assert from 'node:assert/strict';
import { createHash, type Hash } from 'node:crypto';
import type { ByteSource } from '../../../src/protocols/protocol-client.js';
import { MIB, noise } from '../bytes.js';
import type { Case } from '../protocol-case.js';

const SIZE = 50 * MIB;
const BLOCK = noise(5 * MIB + 4_321);

/** Once per protocol: what costs a second each. */
export const largeFileCases: readonly Case[] = [
  {
    name: '50 MiB are written with the hash that they had',
    run: async (ctx) => {
      const sent = createHash('sha256');
      async function* source(): ByteSource {
        for (const block of blocks()) {
          sent.update(block);
          yield block;
        }
      }
      const { bytes } = await ctx.client.write(ctx.at('big'), source(), { ...ctx.call, sizeBytes: SIZE });
      assert.equal(bytes, SIZE);
      assert.equal(hash(ctx.disk.read('big')), sent.digest('hex'));
    },
  },
  {
    name: '50 MiB are read with the hash that they had',
    run: async (ctx) => {
      const content = Buffer.concat([...blocks()]);
      ctx.disk.write('big', content);
      const taken: Hash = createHash('sha256');
      const write = (chunk: Uint8Array) => void taken.update(chunk);
      const { bytes } = await ctx.client.read(ctx.at('big'), { write }, ctx.call);
      assert.equal(bytes, SIZE);
      assert.equal(taken.digest('hex'), hash(content));
    },
  },
];

function* blocks(): Generator<Uint8Array> {
  for (let at = 0; at < SIZE; at += BLOCK.byteLength)
    yield BLOCK.subarray(0, Math.min(BLOCK.byteLength, SIZE - at));
}

function hash(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
