import assert from 'node:assert/strict';
import { remotePath } from '../../../src/core/remote-path.js';
import { chunks, noise } from '../bytes.js';
import type { Case } from '../protocol-case.js';
import { expectOneOf, expectTime } from './list-cases.js';

const LONG_AGO = Date.UTC(2021, 2, 4, 5, 6, 7);

export const statCases: readonly Case[] = [
  {
    name: 'a file has its name, kind, size and time',
    run: async (ctx) => {
      ctx.disk.write('file.bin', noise(54_321));
      ctx.disk.setTime('file.bin', LONG_AGO);
      const entry = await ctx.client.stat(ctx.at('file.bin'), ctx.call);
      assert.deepEqual([entry.name, entry.kind, entry.sizeBytes], ['file.bin', 'file', 54_321]);
      expectTime(entry, LONG_AGO);
    },
  },
  {
    name: 'an empty file has the size 0',
    run: async (ctx) => {
      ctx.disk.write('empty', '');
      assert.equal((await ctx.client.stat(ctx.at('empty'), ctx.call)).sizeBytes, 0);
    },
  },
  {
    name: 'a file beyond 4 GiB has its size',
    run: async (ctx) => {
      ctx.disk.writeSparse('huge', 5 * 2 ** 30 + 3);
      assert.equal((await ctx.client.stat(ctx.at('huge'), ctx.call)).sizeBytes, 5 * 2 ** 30 + 3);
    },
  },
  {
    name: 'a folder is a folder, empty or not',
    run: async (ctx) => {
      ctx.disk.makeFolder('empty');
      ctx.disk.makeFolder('full');
      ctx.disk.write('full/x', '');
      assert.equal((await ctx.client.stat(ctx.at('empty'), ctx.call)).kind, 'folder');
      assert.equal((await ctx.client.stat(ctx.at('full'), ctx.call)).kind, 'folder');
    },
  },
  {
    name: 'the root is a folder',
    run: async (ctx) => {
      assert.equal((await ctx.client.stat(remotePath('/'), ctx.call)).kind, 'folder');
    },
  },
  {
    name: 'what is not there is NOT_FOUND, with the code of the server',
    run: async (ctx) => {
      const error = await ctx.refusal(ctx.client.stat(ctx.at('none'), ctx.call));
      assert.equal(error.code, 'NOT_FOUND');
      assert.equal(error.retry, 'permanent');
      expectOneOf(ctx.target.codes.missing, error.lastCode);
      assert.ok(error.message.includes('none'), 'the message names the file');
    },
  },
  {
    name: 'what is not there in a folder that is not there is NOT_FOUND',
    run: async (ctx) => {
      const error = await ctx.refusal(ctx.client.stat(ctx.at('no/such/file'), ctx.call));
      assert.equal(error.code, 'NOT_FOUND');
    },
  },
  {
    name: 'below a file there is nothing',
    run: async (ctx) => {
      ctx.disk.write('file', 'x');
      const error = await ctx.refusal(ctx.client.stat(ctx.at('file/x'), ctx.call));
      expectOneOf(['NOT_FOUND', 'NOT_A_FOLDER'], error.code);
    },
  },
  {
    name: 'a file that was just written has its size where `sizes` says so',
    run: async (ctx) => {
      await ctx.client.write(ctx.at('new'), chunks(noise(70_001)), ctx.call);
      const { sizeBytes } = await ctx.client.stat(ctx.at('new'), ctx.call);
      if (ctx.client.capabilities.sizes) assert.equal(sizeBytes, 70_001);
      else expectOneOf([70_001, undefined], sizeBytes);
    },
  },
  {
    name: 'a link is what it leads to',
    run: async (ctx) => {
      ctx.disk.write('file', noise(10));
      ctx.disk.makeFolder('folder');
      ctx.disk.link('to-file', 'file');
      ctx.disk.link('to-folder', 'folder');
      const file = await ctx.client.stat(ctx.at('to-file'), ctx.call);
      assert.deepEqual([file.kind, file.sizeBytes], ['file', 10]);
      assert.equal((await ctx.client.stat(ctx.at('to-folder'), ctx.call)).kind, 'folder');
    },
  },
];
