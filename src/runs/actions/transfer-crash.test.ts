import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TransferError } from '../../core/transfer-error.js';
import type { LedgerStore } from '../../store/ledger-store.js';
import type { Store } from '../../store/store.js';
import { performTransfer } from './transfer.js';
import { partnerScene, type PartnerScene } from './transfer-partner.testing.js';
import { transferAction } from './transfer-scene.testing.js';

const DEAD = new TransferError({
  code: 'STORE_FAILED',
  lastCode: -1,
  phase: 'store',
  message: 'the process is dead',
});

const PUSH = transferAction({ kind: 'move', to: 'acme:/in/%SOURCE.FILE_NAME%' });
const PULL = transferAction({ kind: 'download', from: 'acme:/out/a.csv', to: 'inbox/', removeSource: true });

/** A store that records nothing any more from the moment at which the process dies. */
function dying(store: Store, diesAt: 'delivered' | 'disposed' | 'attempt'): Store {
  const ledger: LedgerStore = {
    claim: (...given) => store.ledger.claim(...given),
    settle: (id, facts) =>
      facts.state === diesAt || diesAt === 'attempt' ? Promise.reject(DEAD) : store.ledger.settle(id, facts),
    ofTarget: (...given) => store.ledger.ofTarget(...given),
    ofRun: (...given) => store.ledger.ofRun(...given),
    find: (...given) => store.ledger.find(...given),
  };
  const { transfers } = store;
  return { ...store, transfers, ledger };
}

/** Runs the action in a process that dies at that moment, and then as the next process takes the run up. */
async function dieAndGoOn(scene: PartnerScene, action: typeof PUSH, diesAt: 'delivered' | 'disposed') {
  const services = { ...scene.services, store: dying(scene.store, diesAt) };
  const first = await scene.begin({ services });
  const died = await performTransfer(action, first);
  expect(died).toMatchObject({ kind: 'failed', error: { message: 'the process is dead' } });
  await scene.kill(first.run.id);
  const second = await scene.begin({ run: first.run.id, isResumed: true });
  return { run: first.run.id, end: await performTransfer(action, second) };
}

describe('a process that dies', () => {
  it('between the final name and its record: the target is looked at, nothing is sent again, the source goes', async () => {
    const scene = await partnerScene();
    await scene.write('outbox/a.csv', 'hello');
    const { run, end } = await dieAndGoOn(scene, PUSH, 'delivered');
    expect(end).toMatchObject({
      kind: 'succeeded',
      filesSucceeded: 1,
      text: expect.stringContaining('nothing was sent again') as string,
    });
    expect(scene.told('STOR')).toBe(1);
    expect(await readFile(join(scene.root, 'in/a.csv'), 'utf8')).toBe('hello');
    expect(await scene.names('outbox')).toEqual([]);
    expect(await scene.store.ledger.ofRun(run)).toMatchObject([{ state: 'disposed', bytes: 5 }]);
    expect(scene.lines.filter((line) => line.startsWith('0'))).toHaveLength(1);
  });

  it('and what stands there is an older file of the same size: it is sent', async () => {
    const scene = await partnerScene();
    await scene.write('outbox/a.csv', 'hello');
    await writeFile(join(scene.root, 'in/a.csv'), 'HELLO');
    const context = await scene.begin();
    const { source, target } = { source: `local:${scene.folder}/outbox/a.csv`, target: 'acme:/in/a.csv' };
    const { size, mtimeMs } = await stat(join(scene.folder, 'outbox/a.csv'));
    const { modifiedMs } = await context.services.platform.files.stat(join(scene.folder, 'outbox/a.csv'));
    expect(Math.abs(modifiedMs - mtimeMs)).toBeLessThan(1);
    const key = { rule: 'test-rule', source, target, sourceIdentity: `${size}:${modifiedMs}` };
    await scene.store.ledger.claim(key, { run: context.run.id, step: '0', nowMs: 1 });
    const end = await performTransfer(PUSH, context);
    expect(end).toMatchObject({ text: expect.stringContaining('a killed run had begun it') as string });
    expect(await readFile(join(scene.root, 'in/a.csv'), 'utf8')).toBe('hello');
    expect(scene.told('STOR')).toBe(1);
  });

  it('between the removal of the source and its record: the step is done, and the log is as it was', async () => {
    const scene = await partnerScene();
    await scene.write('outbox/a.csv', 'hello');
    const { run, end } = await dieAndGoOn(scene, PUSH, 'disposed');
    expect(end).toMatchObject({ kind: 'succeeded', filesSucceeded: 1 });
    expect(await scene.store.ledger.ofRun(run)).toMatchObject([{ state: 'disposed' }]);
    expect(scene.lines).toHaveLength(1);
    expect(scene.told('STOR')).toBe(1);
    expect(await readdir(join(scene.root, 'in'))).toEqual(['a.csv']);
  });

  it('after all of it was recorded, and before the step was: nothing is done again', async () => {
    const scene = await partnerScene();
    await scene.write('outbox/a.csv', 'hello');
    const context = await scene.begin();
    await performTransfer(PUSH, context);
    const resumed = await scene.begin({ run: context.run.id, isResumed: true });
    expect(await performTransfer(PUSH, resumed)).toMatchObject({ kind: 'succeeded', filesSucceeded: 1 });
    expect(scene.lines).toHaveLength(1);
    expect(scene.told('STOR')).toBe(1);
  });

  it("in a download: what arrived is not fetched again, and the partner's file goes", async () => {
    const scene = await partnerScene();
    await writeFile(join(scene.root, 'out/a.csv'), 'hello');
    const { run, end } = await dieAndGoOn(scene, PULL, 'delivered');
    expect(end).toMatchObject({ kind: 'succeeded', filesSucceeded: 1 });
    expect(await scene.read('inbox/a.csv')).toBe('hello');
    expect(await readdir(join(scene.root, 'out'))).toEqual([]);
    expect(await scene.store.ledger.ofRun(run)).toMatchObject([{ state: 'disposed' }]);
  });
});

describe('delivered, source not removed', () => {
  it('is a state of its own: the next run removes the source and sends nothing', async () => {
    const scene = await partnerScene();
    await writeFile(join(scene.root, 'out/a.csv'), 'hello');
    scene.partner.inject({
      at: { command: 'DELE' },
      do: { kind: 'reply', code: 550, text: 'Permission denied' },
    });
    const first = await scene.begin();
    const stayed = await performTransfer(PULL, first);
    expect(stayed).toMatchObject({ kind: 'failed', error: { code: 'SOURCE_NOT_REMOVED' } });
    expect(await scene.store.ledger.ofRun(first.run.id)).toMatchObject([{ state: 'delivered' }]);
    scene.partner.clearFaults();
    const end = await performTransfer(PULL, await scene.begin());
    expect(end).toMatchObject({ kind: 'succeeded', filesSucceeded: 0 });
    expect(scene.told('RETR')).toBe(1);
    expect(await readdir(join(scene.root, 'out'))).toEqual([]);
    expect(await scene.store.ledger.ofRun(first.run.id)).toMatchObject([{ state: 'disposed' }]);
  });
});

describe('a file that a live run has', () => {
  it('is waited for, and is not sent twice', async () => {
    const scene = await partnerScene();
    await scene.write('outbox/a.csv', 'hello');
    scene.partner.inject({ at: { command: 'STOR', nth: 1 }, do: { kind: 'delay', ms: 300 } });
    const copy = transferAction({ to: 'acme:/in/' });
    const [one, other] = await Promise.all([
      performTransfer(copy, await scene.begin()),
      performTransfer(copy, await scene.begin()),
    ]);
    const texts = [one, other].map((end) => (end.kind === 'succeeded' ? end.text : end.kind));
    expect(texts.filter((text) => text.includes('delivered before'))).toHaveLength(1);
    expect(scene.told('STOR')).toBe(1);
  });
});

describe('a target that nobody can look at', () => {
  it('is not sent to a second time by itself after a crash, but when somebody asks', async () => {
    const scene = await partnerScene();
    await scene.useSettings(
      `connections:\n  acme:\n    url: ftp://u@127.0.0.1:${scene.partner.port}\n    password: { env: ACME_PASSWORD }\n    statAfterUpload: false\n`,
    );
    await scene.write('outbox/a.csv', 'hello');
    const { end } = await dieAndGoOn(scene, PUSH, 'delivered');
    expect(end).toMatchObject({ kind: 'failed', error: { code: 'REPLY_LOST', retry: 'permanent' } });
    expect(scene.told('STOR')).toBe(1);
    const [aside] = await scene.store.runs.quarantined('test-rule');
    expect(aside?.reason).toContain('no look at the target can tell');
    await performTransfer(PUSH, await scene.begin());
    expect(scene.told('STOR')).toBe(1);
    await scene.store.runs.release('test-rule', aside?.fileKey ?? '');
    expect((await performTransfer(PUSH, await scene.begin())).kind).toBe('succeeded');
    expect(scene.told('STOR')).toBe(2);
  });
});
