import assert from 'node:assert/strict';
import type { Dialer } from '../../../src/core/dialer.js';
import { endless, HoldingSink, HoldingSource, KeepingSink, MIB, noise } from '../bytes.js';
import { manyEntries } from '../many-entries.js';
import type { Case, CaseContext } from '../protocol-case.js';
import { expectUsableOrLost } from './list-cases.js';
import { everyCall } from './session-cases.js';

export const cancelCases: readonly Case[] = [
  {
    name: 'a call that is cancelled before it begins is CANCELLED and sends nothing',
    run: async (ctx) => {
      ctx.disk.write('a', 'content');
      const { bytesOut } = ctx.traffic;
      const signal = AbortSignal.abort();
      for (const call of everyCall(ctx, { signal }))
        assert.equal((await ctx.failure(call())).code, 'CANCELLED');
      assert.equal(ctx.traffic.bytesOut, bytesOut);
      assert.deepEqual(ctx.disk.names(), ['a']);
      assert.equal(ctx.disk.text('a'), 'content');
      assert.equal((await ctx.client.stat(ctx.folder, ctx.call)).kind, 'folder', 'the session stays usable');
    },
  },
  {
    name: 'connect() that is cancelled is CANCELLED and leaves nothing open',
    needs: 'refusedLogin',
    run: async (ctx) => {
      await ctx.client.close();
      for (const when of ['begun', 'dialling', 'dialled'] as const) {
        const abort = new AbortController();
        const dialer = cancellingDialer(ctx, when, abort);
        const client = ctx.create({ platform: { ...ctx.platform, dialer } });
        const connecting = ctx.failure(client.connect({ signal: abort.signal }));
        if (when === 'begun') abort.abort();
        assert.equal((await connecting).code, 'CANCELLED');
        await ctx.traffic.nothingOpen();
      }
    },
  },
  {
    name: 'a read is cancelled at once, even while its sink hangs',
    run: async (ctx) => {
      ctx.disk.write('big', noise(8 * MIB));
      const abort = new AbortController();
      const sink = new HoldingSink();
      const reading = ctx.failure(ctx.client.read(ctx.at('big'), sink, { signal: abort.signal }));
      await sink.reached.opened;
      await expectCancelled(ctx, abort, reading);
    },
  },
  {
    name: 'a read is cancelled at once in full flow',
    run: async (ctx) => {
      ctx.disk.writeSparse('big', 4 * 1024 * MIB);
      const abort = new AbortController();
      let taken = 0;
      const write = (chunk: Uint8Array) => {
        taken += chunk.byteLength;
        if (taken > 2 * MIB) abort.abort();
        return undefined;
      };
      const error = await ctx.failure(ctx.client.read(ctx.at('big'), { write }, { signal: abort.signal }));
      assert.equal(error.code, 'CANCELLED');
      await expectUsableOrLost(ctx);
    },
  },
  {
    name: 'a write is cancelled at once, even while its source hangs',
    run: async (ctx) => {
      const abort = new AbortController();
      const source = new HoldingSource();
      const writing = ctx.failure(ctx.client.write(ctx.at('new'), source, { signal: abort.signal }));
      await source.reached.opened;
      await expectCancelled(ctx, abort, writing);
    },
  },
  {
    name: 'a write is cancelled at once in full flow, and its source is let go',
    run: async (ctx) => {
      const abort = new AbortController();
      let given = 0;
      let isLetGo = false;
      async function* source() {
        try {
          for await (const chunk of endless()) {
            yield chunk;
            given += chunk.byteLength;
            if (given === 2 * MIB) abort.abort();
          }
        } finally {
          isLetGo = true;
        }
      }
      const writing = ctx.client.write(ctx.at('new'), source(), { signal: abort.signal });
      assert.equal((await ctx.failure(writing)).code, 'CANCELLED');
      await expectUsableOrLost(ctx);
      assert.ok(isLetGo, 'return() of the source was called');
    },
  },
  {
    name: 'a listing is cancelled at once, between two entries',
    asks: 'listing',
    run: async (ctx) => {
      const abort = new AbortController();
      const { folder } = manyEntries(ctx.target);
      const listing = ctx.client.list(folder, { signal: abort.signal })[Symbol.asyncIterator]();
      await listing.next();
      await listing.next();
      abort.abort();
      assert.equal((await ctx.failure(listing.next())).code, 'CANCELLED');
      await expectUsableOrLost(ctx);
    },
  },
  {
    name: 'a short call is cancelled at once, while its answer is on the way',
    run: async (ctx) => {
      const abort = new AbortController();
      const asking = ctx.failure(ctx.client.stat(ctx.at('none'), { signal: abort.signal }));
      abort.abort();
      assert.equal((await asking).code, 'CANCELLED');
      await expectUsableOrLost(ctx);
    },
  },
  {
    name: 'a signal that aborts after the call has ended changes nothing',
    run: async (ctx) => {
      ctx.disk.write('file', noise(1_000));
      for (let round = 0; round < 3; round += 1) {
        const abort = new AbortController();
        await ctx.client.read(ctx.at('file'), new KeepingSink(), { signal: abort.signal });
        abort.abort();
      }
      assert.equal((await ctx.client.stat(ctx.at('file'), ctx.call)).sizeBytes, 1_000);
    },
  },
];

async function expectCancelled(
  ctx: CaseContext,
  abort: AbortController,
  call: ReturnType<CaseContext['failure']>,
): Promise<void> {
  abort.abort();
  assert.equal((await call).code, 'CANCELLED');
  await expectUsableOrLost(ctx);
}

/** Cancels when the first connection is asked for, or when it stands: before a byte has gone over it in either case. */
function cancellingDialer(ctx: CaseContext, when: string, abort: AbortController): Dialer {
  const { dialer } = ctx.platform;
  return {
    listen: (options) => dialer.listen(options),
    lookup: (host, options) => dialer.lookup(host, options),
    dial: async (target, options) => {
      const dialling = dialer.dial(target, options);
      if (when === 'dialling') abort.abort();
      const socket = await dialling;
      if (when === 'dialled') abort.abort();
      return socket;
    },
  };
}
