import assert from 'node:assert/strict';
import { chunks, collect, noise } from './bytes.js';
import type { AskedCapability, CaseContext } from './protocol-case.js';

/** What the contract promises of a verb that the server does not have: UNSUPPORTED, and nothing changes. */
export async function expectUnsupported(ctx: CaseContext, capability: AskedCapability): Promise<void> {
  for (const call of verbsOf(ctx, capability)) {
    const error = await ctx.failure(call());
    assert.equal(error.code, 'UNSUPPORTED', `${capability}: ${error.message}`);
    assert.equal(error.sessionLost, false, 'the session outlives it');
  }
  await ctx.client.write(ctx.at('file'), chunks(noise(10)), ctx.call);
  assert.equal(
    (await ctx.client.stat(ctx.at('file'), ctx.call)).kind,
    'file',
    'the session works afterwards',
  );
}

function verbsOf({ client, folder, at, call }: CaseContext, capability: AskedCapability) {
  switch (capability) {
    case 'listing':
      return [() => collect(client.list(folder, call))];
    case 'rename':
      return [true, false].map((replace) => () => client.rename(at('a'), at('b'), { ...call, replace }));
    case 'folders':
      return [() => client.makeFolder(at('new'), call), () => client.removeFolder(at('new'), call)];
  }
}
