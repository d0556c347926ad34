import assert from 'node:assert/strict';
import { chunks, noise } from '../bytes.js';
import type { AskedCapability, Case, CaseContext } from '../protocol-case.js';
import { expectOneOf } from './list-cases.js';

/** Each verb that changes something, tried in a folder that this user may not change. */
const CHANGES: Readonly<Record<string, (ctx: CaseContext) => Promise<unknown>>> = {
  'writing a file': ({ client, at, call }) => client.write(at('locked/new'), chunks(noise(9)), call),
  'removing a file': ({ client, at, call }) => client.remove(at('locked/file'), call),
  'renaming a file within': ({ client, at, call }) =>
    client.rename(at('locked/file'), at('locked/new'), { ...call, replace: true }),
  'renaming a file within without replacing': ({ client, at, call }) =>
    client.rename(at('locked/file'), at('locked/new'), { ...call, replace: false }),
  'renaming a file out of it': ({ client, at, call }) =>
    client.rename(at('locked/file'), at('free/new'), { ...call, replace: true }),
  'renaming a file into it': ({ client, at, call }) =>
    client.rename(at('free/file'), at('locked/new'), { ...call, replace: true }),
  'making a folder': ({ client, at, call }) => client.makeFolder(at('locked/new'), call),
  'removing a folder': ({ client, at, call }) => client.removeFolder(at('locked/folder'), call),
};

const ASKS: Readonly<Record<string, AskedCapability>> = { renaming: 'rename', making: 'folders' };

export const refusalCases: readonly Case[] = Object.entries(CHANGES).map(([what, change]) => ({
  name: `${what} without the right to is refused with the code of the server and changes nothing`,
  needs: 'lockFolder',
  ...askedBy(what),
  run: async (ctx) => {
    ctx.disk.makeFolder('locked/folder');
    ctx.disk.write('locked/file', 'content');
    ctx.disk.makeFolder('free');
    ctx.disk.write('free/file', 'content');
    ctx.onEnd(ctx.target.powers.lockFolder!(ctx.disk.at('locked')));
    const error = await ctx.refusal(change(ctx));
    expectOneOf(['PERMISSION_DENIED', 'REFUSED'], error.code);
    assert.equal(error.retry, 'permanent');
    expectOneOf(ctx.target.codes.forbidden, error.lastCode);
    assert.deepEqual(ctx.disk.names('locked'), ['file', 'folder']);
    assert.equal(ctx.disk.text('locked/file'), 'content');
    assert.deepEqual(ctx.disk.names('free'), ['file']);
  },
}));

function askedBy(what: string): Pick<Case, 'asks'> {
  const asks = what === 'removing a folder' ? 'folders' : ASKS[what.split(' ', 1)[0] ?? ''];
  return asks === undefined ? {} : { asks };
}
