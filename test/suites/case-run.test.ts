import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TransferError, type TransferErrorFacts } from '../../src/core/transfer-error.js';
import { testPlatform } from '../platform/test-platform.js';
import { TargetRun } from './case-run.js';
import type { CaseContext } from './protocol-case.js';
import type { ProtocolTarget } from './protocol-target.js';
import { startLocalTarget } from './targets/local-target.js';

/** What the cases rely on is itself held to see what it must see. */
describe('a run of cases', () => {
  let target: ProtocolTarget;
  let server: Server;
  beforeAll(async () => {
    target = { ...(await startLocalTarget()), secrets: ['hunter2'] };
    server = createServer().listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    server.close();
    await target.stop();
  });

  const run = (body: (ctx: CaseContext) => Promise<unknown>) =>
    new TargetRun(target, testPlatform(), 50).run({
      name: 'a case',
      run: async (ctx) => void (await body(ctx)),
    });
  const failing = (facts: Partial<TransferErrorFacts>) =>
    Promise.reject(
      new TransferError({ code: 'REFUSED', lastCode: 4, phase: 'stat', message: 'refused', ...facts }),
    );

  it('is content with a case that holds', async () => {
    await run((ctx) => ctx.refusal(failing({})));
  });

  it('passes on what did not hold', async () => {
    await expect(run(async () => assert.equal(1, 2))).rejects.toThrow(/1 !== 2/);
  });

  it.each<[string, Partial<TransferErrorFacts>]>([
    ['message', { message: 'login with hunter2 refused' }],
    ['reply', { reply: '530 hunter2?' }],
    ['cause', { cause: new Error('PASS hunter2') }],
  ])('finds a secret in the %s of an error', async (_, facts) => {
    await expect(run((ctx) => ctx.failure(failing(facts)))).rejects.toThrow(/holds a secret/);
  });

  it('finds an error that is none of ours, and one whose words are not fit to print', async () => {
    await expect(run((ctx) => ctx.failure(Promise.reject(new Error('bare'))))).rejects.toThrow(
      /not a Transfer/,
    );
    for (const message of ['ends with a stop.', 'two\nlines', '']) {
      await expect(run((ctx) => ctx.failure(failing({ message })))).rejects.toThrow(/one line/);
    }
  });

  it('finds a refusal that took the session with it', async () => {
    await expect(run((ctx) => ctx.refusal(failing({ sessionLost: true })))).rejects.toThrow(/outlives/);
  });

  it('finds a file and a socket that were left open', async () => {
    await expect(
      run(async (ctx) => {
        ctx.disk.write('a', '');
        await ctx.platform.files.open(ctx.disk.at('a'), 'read');
      }),
    ).rejects.toThrow(/left open: the file/);
    const { port } = server.address() as { port: number };
    const options = { signal: new AbortController().signal, timeoutMs: 5_000 };
    await expect(
      run((ctx) => ctx.platform.dialer.dial({ host: '127.0.0.1', port }, options)),
    ).rejects.toThrow(/left open: a socket/);
  });
});
