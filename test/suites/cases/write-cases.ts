import assert from 'node:assert/strict';
import { ManualClock } from '../../../src/client-log/manual-clock.testing.js';
import { joinRemote } from '../../../src/core/remote-path.js';
import type { ByteSource, WriteOptions } from '../../../src/protocols/protocol-client.js';
import { chunks, failingAfter, KIB, HoldingSource, MIB, noise } from '../bytes.js';
import type { Case, CaseContext } from '../protocol-case.js';
import { expectOneOf, expectUsableOrLost } from './list-cases.js';
import { expectPatience, START } from './read-cases.js';

const SIZES = [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 3 * MIB + 17];

export const writeCases: readonly Case[] = [
  ...SIZES.map((size): Case => ({
    name: `${size} bytes are written as they are`,
    run: async (ctx) => {
      const { bytes } = await write(ctx, chunks(noise(size)), { ...ctx.call, sizeBytes: size });
      assert.equal(bytes, size);
      assert.ok(ctx.disk.read('file').equals(noise(size)));
    },
  })),
  {
    name: 'a shorter file replaces a longer one, and a longer a shorter',
    run: async (ctx) => {
      ctx.disk.write('file', noise(200_000));
      await write(ctx, chunks(noise(100)));
      assert.ok(ctx.disk.read('file').equals(noise(100)));
      await write(ctx, chunks(noise(150_000)));
      assert.ok(ctx.disk.read('file').equals(noise(150_000)));
      await write(ctx, chunks(noise(0)));
      assert.equal(ctx.disk.read('file').length, 0);
    },
  },
  {
    name: 'writing from an offset keeps what is before it, or is UNSUPPORTED where `resumeWrite` says so',
    run: async (ctx) => {
      const whole = noise(200_000);
      for (const offset of [1, 65_536, 199_999]) {
        ctx.disk.write('file', whole.subarray(0, offset));
        const rest = write(ctx, chunks(whole.subarray(offset)), { ...ctx.call, offset });
        if (!addsToFiles(ctx)) {
          assert.equal((await ctx.refusal(rest)).code, 'UNSUPPORTED');
          continue;
        }
        assert.equal((await rest).bytes, whole.length - offset);
        assert.ok(ctx.disk.read('file').equals(whole), `from ${offset}`);
      }
    },
  },
  {
    name: 'writing from an offset within a file puts the new bytes over the old',
    run: async (ctx) => {
      if (!addsToFiles(ctx)) return;
      const whole = noise(200_000);
      ctx.disk.write('file', Buffer.concat([whole.subarray(0, 100_000), Buffer.alloc(100_000, 1)]));
      await write(ctx, chunks(whole.subarray(100_000)), { ...ctx.call, offset: 100_000 });
      assert.ok(ctx.disk.read('file').equals(whole));
      await write(ctx, chunks(noise(10)));
      assert.ok(ctx.disk.read('file').equals(noise(10)), 'the next write begins at the start again');
    },
  },
  {
    name: 'a source of tiny, empty and large chunks is put together in order',
    run: async (ctx) => {
      const content = noise(1_500_000);
      async function* source(): ByteSource {
        for (let at = 0; at < 20_000; at += 7) {
          yield content.subarray(at, Math.min(at + 7, 20_000));
          if (at % 70 === 0) yield new Uint8Array(0);
        }
        yield content.subarray(20_000);
      }
      assert.equal((await write(ctx, source())).bytes, content.length);
      assert.ok(ctx.disk.read('file').equals(content));
    },
  },
  {
    name: 'many writes follow each other on one session',
    run: async (ctx) => {
      for (let size = 1; size <= 20; size += 1) {
        await ctx.client.write(ctx.at(`file-${size}`), chunks(noise(size)), ctx.call);
      }
      for (let size = 1; size <= 20; size += 1) {
        assert.ok(ctx.disk.read(`file-${size}`).equals(noise(size)), `file ${size}`);
      }
    },
  },
  {
    name: '60 empty files in a row are written',
    run: async (ctx) => {
      for (let index = 0; index < 60; index += 1) {
        await ctx.client.write(ctx.at(`file-${index % 10}`), chunks(noise(0)), ctx.call);
      }
      assert.equal(ctx.disk.names().length, 10);
    },
  },
  {
    name: 'a source that fails midway ends the write, and its very error is passed on',
    run: async (ctx) => {
      const own = new Error('the source is gone');
      const source = failingAfter(noise(2 * MIB), own);
      await assert.rejects(write(ctx, source), (error) => error === own);
      await expectUsableOrLost(ctx);
    },
  },
  {
    name: 'a source that fails at once ends the write, and its very error is passed on',
    run: async (ctx) => {
      const own = new Error('the source is gone');
      await assert.rejects(write(ctx, failingAfter(noise(0), own)), (error) => error === own);
      await expectUsableOrLost(ctx);
    },
  },
  ...[99_999, 100_001, 0, 500_000].map((sizeBytes): Case => ({
    name: `a source of 100000 bytes that was declared as ${sizeBytes} is written as it is, or refused`,
    run: (ctx) => expectHonest(ctx, sizeBytes),
  })),
  {
    name: 'a source that is slower than the time limit is no time-out of the server',
    run: async (ctx) => {
      const clock = new ManualClock(START);
      const client = await ctx.connect({ platform: { ...ctx.platform, clock } });
      const source = new HoldingSource();
      const writing = client.write(ctx.at('file'), source, ctx.call);
      await Promise.race([source.reached.opened, writing]);
      await expectPatience(ctx, clock);
      source.release.open();
      assert.equal((await writing).bytes, KIB);
    },
  },
  {
    name: 'a write into a folder that is not there is NOT_FOUND and makes nothing',
    run: async (ctx) => {
      const error = await ctx.refusal(ctx.client.write(ctx.at('none/file'), chunks(noise(9)), ctx.call));
      assert.equal(error.code, 'NOT_FOUND');
      expectOneOf([...ctx.target.codes.missing, ...ctx.target.codes.refused], error.lastCode);
      assert.deepEqual(ctx.disk.names(), []);
    },
  },
  {
    name: 'a write to a folder is IS_A_FOLDER and leaves the folder',
    run: async (ctx) => {
      ctx.disk.makeFolder('file');
      ctx.disk.write('file/inner', 'x');
      const error = await ctx.refusal(write(ctx, chunks(noise(9))));
      assert.equal(error.code, 'IS_A_FOLDER');
      expectOneOf(ctx.target.codes.refused, error.lastCode);
      assert.deepEqual(ctx.disk.names('file'), ['inner']);
    },
  },
  {
    name: 'a full disk is NO_SPACE, with the code of the server, and the source is let go',
    needs: 'startWithSmallDisk',
    run: (ctx) => expectDiskFull(ctx),
  },
];

/** Where writes show only once they are whole, resuming goes on with what does not show yet, never with a file. */
function addsToFiles({ client: { capabilities } }: CaseContext): boolean {
  return capabilities.resumeWrite && !capabilities.wholeWrites;
}

function write(ctx: CaseContext, source: ByteSource, options: WriteOptions = ctx.call) {
  return ctx.client.write(ctx.at('file'), source, options);
}

/** Whatever was declared: the write ends, and the disk never holds a file that nobody gave. */
async function expectHonest(ctx: CaseContext, sizeBytes: number): Promise<void> {
  const content = noise(100_000);
  try {
    const { bytes } = await write(ctx, chunks(content), { ...ctx.call, sizeBytes });
    assert.equal(bytes, content.length);
    assert.ok(ctx.disk.read('file').equals(content));
  } catch (thrown) {
    ctx.checked(thrown);
    const left = ctx.disk.has('file') ? ctx.disk.read('file') : Buffer.alloc(0);
    assert.ok(content.subarray(0, left.length).equals(left), 'what is left is a beginning of the source');
  }
}

async function expectDiskFull(ctx: CaseContext): Promise<void> {
  const small = await ctx.target.powers.startWithSmallDisk!();
  ctx.onEnd(() => small.stop());
  const client = ctx.own(small.createClient(ctx.platform));
  await client.connect(ctx.call);
  let isLetGo = false;
  async function* source(): ByteSource {
    try {
      yield* chunks(noise(8 * MIB));
    } finally {
      isLetGo = true;
    }
  }
  const path = joinRemote(small.remoteRoot, 'big');
  const error = await ctx.failure(client.write(path, source(), ctx.call));
  assert.equal(error.code, 'NO_SPACE');
  expectOneOf(ctx.target.codes.diskFull, error.lastCode);
  assert.ok(isLetGo, 'return() of the source was called');
}
