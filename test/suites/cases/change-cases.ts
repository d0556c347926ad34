import assert from 'node:assert/strict';
import type { Case } from '../protocol-case.js';
import { expectOneOf } from './list-cases.js';

const LONG_AGO = Date.UTC(2021, 2, 4, 5, 6, 7);

/** remove, makeFolder, removeFolder and setModifiedTime. */
export const changeCases: readonly Case[] = [
  {
    name: 'a file is removed, and no other',
    run: async (ctx) => {
      ctx.disk.write('file', 'x');
      ctx.disk.write('file2', 'x');
      await ctx.client.remove(ctx.at('file'), ctx.call);
      assert.deepEqual(ctx.disk.names(), ['file2']);
    },
  },
  {
    name: 'a link is removed, and what it leads to stays',
    run: async (ctx) => {
      ctx.disk.write('file', 'x');
      ctx.disk.link('link', 'file');
      await ctx.client.remove(ctx.at('link'), ctx.call);
      assert.deepEqual(ctx.disk.names(), ['file']);
    },
  },
  {
    name: 'removing a missing file is NOT_FOUND',
    run: async (ctx) => {
      const error = await ctx.refusal(ctx.client.remove(ctx.at('none'), ctx.call));
      assert.equal(error.code, 'NOT_FOUND');
      expectOneOf(ctx.target.codes.missing, error.lastCode);
    },
  },
  {
    name: 'removing a folder as a file is refused, and the folder stays',
    run: async (ctx) => {
      ctx.disk.makeFolder('folder');
      const error = await ctx.refusal(ctx.client.remove(ctx.at('folder'), ctx.call));
      expectOneOf(['IS_A_FOLDER', 'REFUSED'], error.code);
      expectOneOf(ctx.target.codes.refused, error.lastCode);
      assert.deepEqual(ctx.disk.names(), ['folder']);
    },
  },
  {
    name: 'a folder is made',
    asks: 'folders',
    run: async (ctx) => {
      await ctx.client.makeFolder(ctx.at('folder'), ctx.call);
      assert.ok(ctx.disk.isFolder('folder'));
    },
  },
  {
    name: 'making a folder that exists is fine and leaves what is in it',
    asks: 'folders',
    run: async (ctx) => {
      ctx.disk.makeFolder('folder');
      ctx.disk.write('folder/file', 'x');
      await ctx.client.makeFolder(ctx.at('folder'), ctx.call);
      assert.deepEqual(ctx.disk.names('folder'), ['file']);
    },
  },
  {
    name: 'making a folder over a file is ALREADY_EXISTS, and the file stays',
    asks: 'folders',
    run: async (ctx) => {
      ctx.disk.write('file', 'content');
      const error = await ctx.refusal(ctx.client.makeFolder(ctx.at('file'), ctx.call));
      assert.equal(error.code, 'ALREADY_EXISTS');
      expectOneOf(ctx.target.codes.refused, error.lastCode);
      assert.equal(ctx.disk.text('file'), 'content');
    },
  },
  {
    name: 'making a folder in a folder that is not there is NOT_FOUND',
    asks: 'folders',
    run: async (ctx) => {
      const error = await ctx.refusal(ctx.client.makeFolder(ctx.at('none/folder'), ctx.call));
      assert.equal(error.code, 'NOT_FOUND');
      expectOneOf([...ctx.target.codes.missing, ...ctx.target.codes.refused], error.lastCode);
      assert.deepEqual(ctx.disk.names(), []);
    },
  },
  {
    name: 'an empty folder is removed',
    asks: 'folders',
    run: async (ctx) => {
      ctx.disk.makeFolder('folder');
      await ctx.client.removeFolder(ctx.at('folder'), ctx.call);
      assert.deepEqual(ctx.disk.names(), []);
    },
  },
  {
    name: 'a folder with something in it is FOLDER_NOT_EMPTY or REFUSED, and nothing is gone',
    asks: 'folders',
    run: async (ctx) => {
      ctx.disk.makeFolder('folder');
      ctx.disk.write('folder/.file', 'x');
      const error = await ctx.refusal(ctx.client.removeFolder(ctx.at('folder'), ctx.call));
      expectOneOf(['FOLDER_NOT_EMPTY', 'REFUSED'], error.code);
      expectOneOf(ctx.target.codes.refused, error.lastCode);
      assert.deepEqual(ctx.disk.names('folder'), ['.file']);
    },
  },
  {
    name: 'removing a missing folder is NOT_FOUND',
    asks: 'folders',
    run: async (ctx) => {
      const error = await ctx.refusal(ctx.client.removeFolder(ctx.at('none'), ctx.call));
      assert.equal(error.code, 'NOT_FOUND');
      expectOneOf(ctx.target.codes.missing, error.lastCode);
    },
  },
  {
    name: 'removing a file as a folder is refused, and the file stays',
    asks: 'folders',
    run: async (ctx) => {
      ctx.disk.write('file', 'x');
      const error = await ctx.refusal(ctx.client.removeFolder(ctx.at('file'), ctx.call));
      expectOneOf(['NOT_A_FOLDER', 'REFUSED'], error.code);
      assert.deepEqual(ctx.disk.names(), ['file']);
    },
  },
  {
    name: 'the time of last change is set, or UNSUPPORTED where `setModifiedTime` says so',
    run: async (ctx) => {
      ctx.disk.write('file', 'x');
      const before = ctx.disk.modifiedMs('file');
      const setting = ctx.client.setModifiedTime(ctx.at('file'), LONG_AGO, ctx.call);
      if (ctx.client.capabilities.setModifiedTime) {
        await setting;
        assert.equal(ctx.disk.modifiedMs('file'), LONG_AGO);
      } else {
        assert.equal((await ctx.refusal(setting)).code, 'UNSUPPORTED');
        assert.equal(ctx.disk.modifiedMs('file'), before);
      }
      assert.equal(ctx.disk.text('file'), 'x');
    },
  },
  {
    name: 'the time of a missing file is refused, and no file is made',
    run: async (ctx) => {
      const error = await ctx.refusal(ctx.client.setModifiedTime(ctx.at('none'), LONG_AGO, ctx.call));
      expectOneOf(['NOT_FOUND', 'UNSUPPORTED'], error.code);
      assert.deepEqual(ctx.disk.names(), []);
    },
  },
];
