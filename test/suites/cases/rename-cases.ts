import assert from 'node:assert/strict';
import type { Case, CaseContext } from '../protocol-case.js';
import { expectOneOf } from './list-cases.js';

const cases: readonly Case[] = [
  {
    name: 'a file gets a free name',
    run: async (ctx) => {
      for (const replace of [false, true]) {
        ctx.disk.write('old', `content ${replace}`);
        await rename(ctx, { replace });
        assert.deepEqual(ctx.disk.names(), ['new']);
        assert.equal(ctx.disk.text('new'), `content ${replace}`);
        ctx.disk.write('new', '');
        await ctx.client.remove(ctx.at('new'), ctx.call);
      }
    },
  },
  {
    name: 'a file goes into another folder',
    run: async (ctx) => {
      ctx.disk.write('old', 'content');
      ctx.disk.makeFolder('folder');
      await ctx.client.rename(ctx.at('old'), ctx.at('folder/new'), { ...ctx.call, replace: false });
      assert.deepEqual(ctx.disk.names(), ['folder']);
      assert.equal(ctx.disk.text('folder/new'), 'content');
    },
  },
  {
    name: 'a folder gets another name with all that is in it',
    run: async (ctx) => {
      ctx.disk.makeFolder('old/inner');
      ctx.disk.write('old/inner/file', 'content');
      await rename(ctx, { replace: false });
      assert.deepEqual(ctx.disk.names(), ['new']);
      assert.equal(ctx.disk.text('new/inner/file'), 'content');
    },
  },
  {
    name: 'with `replace` an existing file is replaced in one step, or both stay where `replacingRename` says so',
    run: async (ctx) => {
      putBoth(ctx);
      if (ctx.client.capabilities.replacingRename) {
        await rename(ctx, { replace: true });
        assert.deepEqual(ctx.disk.names(), ['new']);
        assert.equal(ctx.disk.text('new'), 'the new one');
        return;
      }
      const error = await ctx.refusal(rename(ctx, { replace: true }));
      expectOneOf(['ALREADY_EXISTS', 'REFUSED'], error.code);
      expectBoth(ctx);
    },
  },
  {
    name: 'without `replace` an existing file is ALREADY_EXISTS where `exclusiveRename` says so, and never half-replaced',
    run: async (ctx) => {
      putBoth(ctx);
      if (ctx.client.capabilities.exclusiveRename) {
        const error = await ctx.refusal(rename(ctx, { replace: false }));
        assert.equal(error.code, 'ALREADY_EXISTS');
        expectOneOf(ctx.target.codes.refused, error.lastCode);
        return expectBoth(ctx);
      }
      const wasReplaced = await rename(ctx, { replace: false }).then(
        () => true,
        () => false,
      );
      if (!wasReplaced) return expectBoth(ctx);
      assert.deepEqual(ctx.disk.names(), ['new']);
      assert.equal(ctx.disk.text('new'), 'the new one');
    },
  },
  {
    name: 'a missing file is NOT_FOUND and leaves the target alone',
    run: async (ctx) => {
      for (const replace of [false, true]) {
        const error = await ctx.refusal(rename(ctx, { replace }));
        assert.equal(error.code, 'NOT_FOUND');
        expectOneOf(ctx.target.codes.missing, error.lastCode);
      }
      ctx.disk.write('new', 'stays');
      assert.equal((await ctx.refusal(rename(ctx, { replace: true }))).code, 'NOT_FOUND');
      assert.equal(ctx.disk.text('new'), 'stays');
    },
  },
  {
    name: 'a target folder that is not there is NOT_FOUND and leaves the file where it is',
    run: async (ctx) => {
      ctx.disk.write('old', 'content');
      for (const replace of [false, true]) {
        const renaming = ctx.client.rename(ctx.at('old'), ctx.at('none/new'), { ...ctx.call, replace });
        const error = await ctx.refusal(renaming);
        assert.equal(error.code, 'NOT_FOUND');
        expectOneOf([...ctx.target.codes.missing, ...ctx.target.codes.refused], error.lastCode);
        assert.deepEqual(ctx.disk.names(), ['old']);
      }
    },
  },
  {
    name: 'a file does not take the place of a folder',
    run: async (ctx) => {
      ctx.disk.write('old', 'content');
      ctx.disk.makeFolder('new');
      for (const replace of [false, true]) {
        await ctx.refusal(rename(ctx, { replace }));
        assert.deepEqual(ctx.disk.names(), ['new', 'old']);
        assert.ok(ctx.disk.isFolder('new'));
      }
    },
  },
];

export const renameCases: readonly Case[] = cases.map((one) => ({ ...one, asks: 'rename' }));

function rename(ctx: CaseContext, how: { readonly replace: boolean }) {
  return ctx.client.rename(ctx.at('old'), ctx.at('new'), { ...ctx.call, ...how });
}

function putBoth({ disk }: CaseContext): void {
  disk.write('old', 'the new one');
  disk.write('new', 'the one that was there');
}

function expectBoth({ disk }: CaseContext): void {
  assert.deepEqual(disk.names(), ['new', 'old']);
  assert.equal(disk.text('old'), 'the new one');
  assert.equal(disk.text('new'), 'the one that was there');
}
