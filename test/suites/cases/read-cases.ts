import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { ManualClock } from '../../../src/client-log/manual-clock.testing.js';
import { KIB, KeepingSink, MIB, HoldingSink, noise } from '../bytes.js';
import type { Case, CaseContext } from '../protocol-case.js';
import { expectOneOf, expectUsableOrLost } from './list-cases.js';

/** The present: some servers refuse whose clock is far off. */
export const START = new Date().toISOString();
const SIZES = [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 3 * MIB + 17];
/** What a session may hold of a file whose sink is slow, besides what the system's own buffers hold. */
const FLAT_BYTES = 12 * MIB;

export const readCases: readonly Case[] = [
  ...SIZES.map((size): Case => ({
    name: `${size} bytes are read as they are`,
    run: async (ctx) => {
      ctx.disk.write('file', noise(size));
      const { bytes, taken } = await read(ctx);
      assert.equal(bytes, size);
      assert.ok(taken.equals(noise(size)));
    },
  })),
  {
    name: 'reading from an offset gives the rest, or is UNSUPPORTED where `resumeRead` says so',
    run: async (ctx) => {
      const content = noise(300_000);
      ctx.disk.write('file', content);
      for (const offset of [1, 65_536, 299_999]) {
        if (!ctx.client.capabilities.resumeRead) {
          assert.equal((await ctx.refusal(read(ctx, offset))).code, 'UNSUPPORTED');
          continue;
        }
        const { bytes, taken } = await read(ctx, offset);
        assert.equal(bytes, content.length - offset);
        assert.ok(taken.equals(content.subarray(offset)), `from ${offset}`);
      }
    },
  },
  {
    name: 'reading from the end gives nothing, and the next read begins at the start again',
    run: async (ctx) => {
      if (!ctx.client.capabilities.resumeRead) return;
      ctx.disk.write('file', noise(5_000));
      assert.equal((await read(ctx, 5_000)).bytes, 0);
      assert.ok((await read(ctx)).taken.equals(noise(5_000)));
    },
  },
  {
    name: 'many reads follow each other on one session',
    run: async (ctx) => {
      for (let size = 1; size <= 20; size += 1) {
        ctx.disk.write('file', noise(size));
        assert.ok((await read(ctx)).taken.equals(noise(size)), `read ${size}`);
      }
    },
  },
  {
    name: 'a sink that fails midway ends the read, and its very error is passed on',
    run: (ctx) => expectSinkError(ctx, (error) => Promise.reject(error)),
  },
  {
    name: 'a sink that throws midway ends the read, and its very error is passed on',
    run: (ctx) =>
      expectSinkError(ctx, (error) => {
        throw error;
      }),
  },
  {
    name: 'a slow sink keeps memory flat',
    run: async (ctx) => {
      ctx.disk.writeSparse('file', 128 * MIB);
      const before = ctx.traffic.bytesIn;
      const enough = new Error('enough');
      let taken = 0;
      let chunksTaken = 0;
      let ahead = 0;
      const write = async (chunk: Uint8Array) => {
        taken += chunk.byteLength;
        chunksTaken += 1;
        await delay(20);
        ahead = Math.max(ahead, ctx.traffic.bytesIn - before - taken);
        if (chunksTaken === 6) throw enough;
      };
      await assert.rejects(ctx.client.read(ctx.at('file'), { write }, ctx.call), enough);
      assert.ok(ahead < FLAT_BYTES, `${ahead} bytes were fetched ahead of the sink`);
    },
  },
  {
    name: 'a sink that is slower than the time limit is no time-out of the server',
    run: async (ctx) => {
      ctx.disk.write('file', noise(4 * MIB));
      const clock = new ManualClock(START);
      const client = await ctx.connect({ platform: { ...ctx.platform, clock } });
      const sink = new HoldingSink();
      const reading = client.read(ctx.at('file'), sink, ctx.call);
      await Promise.race([sink.reached.opened, reading]);
      await expectPatience(ctx, clock);
      sink.release.open();
      assert.equal((await reading).bytes, 4 * MIB);
    },
  },
  {
    name: 'a missing file is NOT_FOUND and the sink gets nothing',
    run: async (ctx) => {
      const sink = new KeepingSink();
      const error = await ctx.refusal(ctx.client.read(ctx.at('none'), sink, ctx.call));
      assert.equal(error.code, 'NOT_FOUND');
      expectOneOf(ctx.target.codes.missing, error.lastCode);
      assert.equal(sink.bytes.length, 0);
    },
  },
  {
    name: 'a folder is IS_A_FOLDER and the sink gets nothing',
    run: async (ctx) => {
      ctx.disk.makeFolder('folder');
      const sink = new KeepingSink();
      const error = await ctx.refusal(ctx.client.read(ctx.at('folder'), sink, ctx.call));
      assert.equal(error.code, 'IS_A_FOLDER');
      expectOneOf(ctx.target.codes.refused, error.lastCode);
      assert.equal(sink.bytes.length, 0);
    },
  },
  {
    name: 'a file that may not be read is PERMISSION_DENIED',
    needs: 'forbidReading',
    run: async (ctx) => {
      ctx.disk.write('secret', 'x');
      ctx.onEnd(ctx.target.powers.forbidReading!(ctx.disk.at('secret')));
      const error = await ctx.refusal(ctx.client.read(ctx.at('secret'), new KeepingSink(), ctx.call));
      assert.equal(error.code, 'PERMISSION_DENIED');
      expectOneOf(ctx.target.codes.forbidden, error.lastCode);
    },
  },
];

/** Lets hours pass in which it is our side that makes the server wait. */
export async function expectPatience(ctx: CaseContext, clock: ManualClock): Promise<void> {
  // What is on its way must have come: a server that says nothing for hours has timed out.
  for (let seen = -1, quiet = 0; quiet < 3; await delay(50)) {
    quiet = seen === ctx.traffic.bytesIn ? quiet + 1 : 0;
    seen = ctx.traffic.bytesIn;
  }
  for (let hour = 0; hour < 5; hour += 1) clock.advance(3_600_000);
}

async function read(ctx: CaseContext, offset?: number): Promise<{ bytes: number; taken: Buffer }> {
  const sink = new KeepingSink();
  const where = offset === undefined ? {} : { offset };
  const { bytes } = await ctx.client.read(ctx.at('file'), sink, { ...ctx.call, ...where });
  return { bytes, taken: sink.bytes };
}

async function expectSinkError(ctx: CaseContext, fail: (error: Error) => Promise<never>): Promise<void> {
  ctx.disk.write('file', noise(4 * MIB));
  const own = new Error('the sink is full');
  let calls = 0;
  let callsAfterwards = 0;
  const write = () => {
    if (calls > 2) callsAfterwards += 1;
    calls += 1;
    return calls === 3 ? fail(own) : undefined;
  };
  await assert.rejects(ctx.client.read(ctx.at('file'), { write }, ctx.call), (error) => error === own);
  await expectUsableOrLost(ctx);
  assert.equal(callsAfterwards, 0, 'a sink that failed gets no more');
}
