import assert from 'node:assert/strict';
import type { Receipt } from '../../../src/core/outcome.js';
import { chunks, KeepingSink, noise } from '../bytes.js';
import type { AskedCapability, Case, CaseContext } from '../protocol-case.js';
import type { CodeTable } from '../protocol-target.js';
import { expectOneOf } from './list-cases.js';

interface Deed {
  readonly asks?: AskedCapability;
  readonly code: keyof CodeTable;
  readonly bytes: number;
  run(ctx: CaseContext): Promise<Receipt>;
}

const DEEDS: Readonly<Record<string, Deed>> = {
  connect: {
    code: 'connected',
    bytes: 0,
    run: (ctx) => ctx.create().connect(ctx.call),
  },
  write: {
    code: 'transferred',
    bytes: 700,
    run: (ctx) => ctx.client.write(ctx.at('new'), chunks(noise(700)), ctx.call),
  },
  read: {
    code: 'transferred',
    bytes: 800,
    run: (ctx) => ctx.client.read(ctx.at('file'), new KeepingSink(), ctx.call),
  },
  rename: {
    asks: 'rename',
    code: 'renamed',
    bytes: 0,
    run: (ctx) => ctx.client.rename(ctx.at('file'), ctx.at('new'), { ...ctx.call, replace: true }),
  },
  remove: {
    code: 'removed',
    bytes: 0,
    run: (ctx) => ctx.client.remove(ctx.at('file'), ctx.call),
  },
  makeFolder: {
    asks: 'folders',
    code: 'folderMade',
    bytes: 0,
    run: (ctx) => ctx.client.makeFolder(ctx.at('new'), ctx.call),
  },
  'makeFolder of one that exists': {
    asks: 'folders',
    code: 'folderMade',
    bytes: 0,
    run: (ctx) => ctx.client.makeFolder(ctx.at('folder'), ctx.call),
  },
  removeFolder: {
    asks: 'folders',
    code: 'folderRemoved',
    bytes: 0,
    run: (ctx) => ctx.client.removeFolder(ctx.at('folder'), ctx.call),
  },
};

export const codeCases: readonly Case[] = [
  ...Object.entries(DEEDS).map(([verb, deed]): Case => ({
    name: `${verb} gives the code for the log and the bytes moved`,
    ...(deed.asks === undefined ? {} : { asks: deed.asks }),
    run: async (ctx) => {
      ctx.disk.write('file', noise(800));
      ctx.disk.makeFolder('folder');
      const receipt = await deed.run(ctx);
      expectOneOf(ctx.target.codes[deed.code], receipt.lastCode);
      assert.equal(receipt.bytes, deed.bytes);
    },
  })),
  {
    name: 'setModifiedTime gives the code for the log where it can be done',
    run: async (ctx) => {
      if (!ctx.client.capabilities.setModifiedTime) return;
      ctx.disk.write('file', '');
      const receipt = await ctx.client.setModifiedTime(ctx.at('file'), 1_600_000_000_000, ctx.call);
      expectOneOf(ctx.target.codes.timeSet, receipt.lastCode);
      assert.equal(receipt.bytes, 0);
    },
  },
  {
    name: 'the code of what is settled by looking is that of the look',
    run: async (ctx) => {
      expectOneOf(ctx.target.codes.settled, ctx.client.capabilities.settledCode);
    },
  },
];
