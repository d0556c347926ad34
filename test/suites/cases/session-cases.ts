import assert from 'node:assert/strict';
import type { TransferError } from '../../../src/core/transfer-error.js';
import { chunks, collect, endless, HoldingSink, HoldingSource, KeepingSink, MIB, noise } from '../bytes.js';
import { manyEntries } from '../many-entries.js';
import type { Case, CaseContext } from '../protocol-case.js';

export const sessionCases: readonly Case[] = [
  {
    name: 'a refused login is AUTH_REJECTED, with the code of the refusal, and is not retried on its own',
    needs: 'refusedLogin',
    run: async (ctx) => {
      const stranger = ctx.own(ctx.target.powers.refusedLogin!(ctx.platform));
      const error = await ctx.failure(stranger.connect(ctx.call));
      assert.equal(error.code, 'AUTH_REJECTED');
      assert.equal(error.retry, 'auth');
      assert.equal(error.phase, 'login');
      assert.ok(ctx.target.codes.loginRefused.includes(error.lastCode), `code ${error.lastCode}`);
    },
  },
  {
    name: 'close() comes twice at once and again without harm',
    run: async ({ client }) => {
      await Promise.all([client.close(), client.close()]);
      await client.close();
    },
  },
  {
    name: 'close() before connect() is fine',
    run: (ctx) => ctx.create().close(),
  },
  {
    name: 'after close() every call is CLOSED',
    run: async (ctx) => {
      ctx.disk.write('a', 'a');
      await ctx.client.close();
      for (const call of everyCall(ctx)) assert.equal((await ctx.failure(call())).code, 'CLOSED');
      assert.deepEqual(ctx.disk.names(), ['a']);
    },
  },
  {
    name: 'close() during a read rejects it with CLOSED and leaves nothing open',
    run: async (ctx) => {
      ctx.disk.write('big', noise(8 * MIB));
      const sink = new HoldingSink();
      const reading = ctx.failure(ctx.client.read(ctx.at('big'), sink, ctx.call));
      await sink.reached.opened;
      await closedMeanwhile(ctx, reading);
    },
  },
  {
    name: 'close() during a write rejects it with CLOSED and leaves nothing open',
    run: async (ctx) => {
      const source = new HoldingSource();
      const writing = ctx.failure(ctx.client.write(ctx.at('new'), source, ctx.call));
      await source.reached.opened;
      await closedMeanwhile(ctx, writing);
    },
  },
  {
    name: 'close() during a listing rejects it with CLOSED and leaves nothing open',
    asks: 'listing',
    run: async (ctx) => {
      const { folder } = manyEntries(ctx.target);
      const listing = ctx.client.list(folder, ctx.call)[Symbol.asyncIterator]();
      await listing.next();
      await ctx.client.close();
      assert.equal((await ctx.failure(listing.next())).code, 'CLOSED');
      await ctx.traffic.nothingOpen();
    },
  },
  {
    name: 'four sessions at once do not get into each other’s way',
    run: async (ctx) => {
      const sessions = await Promise.all([1, 2, 3, 4].map(() => ctx.connect()));
      const content = sessions.map((_, index) => noise(300_000 + index));
      await Promise.all(
        sessions.map((session, index) =>
          session.write(ctx.at(`file-${index}`), chunks(content[index]!), ctx.call),
        ),
      );
      const sinks = sessions.map(() => new KeepingSink());
      await Promise.all(
        sessions.map((session, index) => session.read(ctx.at(`file-${index}`), sinks[index]!, ctx.call)),
      );
      sinks.forEach((sink, index) => assert.ok(sink.bytes.equals(content[index]!), `file ${index}`));
    },
  },
  {
    name: 'a server that hung up while the session was idle is CONNECTION_LOST at the next call, which a retry may cure',
    needs: 'hangUp',
    run: async (ctx) => {
      await ctx.target.powers.hangUp!();
      const error = await ctx.failure(ctx.client.stat(ctx.folder, ctx.call));
      assert.equal(error.code, 'CONNECTION_LOST');
      expectLoss(ctx, error);
      const again = await ctx.failure(ctx.client.stat(ctx.folder, ctx.call));
      assert.equal(again.code, 'CONNECTION_LOST');
      assert.ok(again.sessionLost);
    },
  },
  {
    name: 'a server that hangs up during a read loses the session',
    needs: 'hangUp',
    run: async (ctx) => {
      ctx.disk.writeSparse('big', 64 * MIB);
      const sink = new HoldingSink();
      const reading = ctx.failure(ctx.client.read(ctx.at('big'), sink, ctx.call));
      await sink.reached.opened;
      await ctx.target.powers.hangUp!();
      sink.release.open();
      const error = await reading;
      // A stream that a dying process closes can look like one that ended: then only the server's word is missing.
      assert.ok(['CONNECTION_LOST', 'TRUNCATED', 'REPLY_LOST'].includes(error.code), error.code);
      expectLoss(ctx, error);
    },
  },
  {
    name: 'a server that hangs up during a write loses the session',
    needs: 'hangUp',
    run: async (ctx) => {
      let sentBytes = 0;
      async function* source() {
        for await (const chunk of endless()) {
          yield chunk;
          sentBytes += chunk.byteLength;
          if (sentBytes === MIB) await ctx.target.powers.hangUp!();
        }
      }
      const error = await ctx.failure(ctx.client.write(ctx.at('new'), source(), ctx.call));
      assert.equal(error.code, 'CONNECTION_LOST');
      expectLoss(ctx, error);
    },
  },
];

async function closedMeanwhile(ctx: CaseContext, call: Promise<TransferError>): Promise<void> {
  await ctx.client.close();
  assert.equal((await call).code, 'CLOSED');
  await ctx.traffic.nothingOpen();
}

function expectLoss(ctx: CaseContext, error: TransferError): void {
  assert.ok(error.sessionLost, 'the session is marked as lost');
  assert.equal(error.retry, 'transient');
  assert.ok(ctx.target.codes.hungUp.includes(error.lastCode), `code ${error.lastCode}`);
}

/** Each verb of the contract once, on the file `a` and the folder itself. */
export function everyCall(ctx: CaseContext, call = ctx.call): (() => Promise<unknown>)[] {
  const { client } = ctx;
  const file = ctx.at('a');
  return [
    () => collect(client.list(ctx.folder, call)),
    () => client.stat(file, call),
    () => client.read(file, new KeepingSink(), call),
    () => client.write(file, chunks(noise(10)), call),
    () => client.rename(file, ctx.at('b'), { ...call, replace: true }),
    () => client.makeFolder(ctx.at('folder'), call),
    () => client.removeFolder(ctx.folder, call),
    () => client.setModifiedTime(file, 1_700_000_000_000, call),
    () => client.remove(file, call),
  ];
}
