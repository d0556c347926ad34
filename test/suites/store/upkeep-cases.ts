import assert from 'node:assert/strict';
import type { Store } from '../../../src/store/store.js';
import {
  DAY_MS,
  deliveryKey,
  fenceOf,
  newAttempt,
  NOW_MS,
  runningRun,
  SUCCEEDED,
  type StoreCase,
} from './store-case.js';

const RETENTION = { keepFailuresMs: 90 * DAY_MS, keepSuccessesMs: 30 * DAY_MS, keepAuditMs: 365 * DAY_MS };

/** A run that ended now, with its attempt and its delivery. */
async function endedRun(
  store: Store,
  { eventKey, state = 'succeeded' }: { readonly eventKey: string; readonly state?: 'succeeded' | 'failed' },
): Promise<number> {
  const run = await runningRun(store, { eventKey });
  const key = deliveryKey({ source: eventKey });
  const claim = await store.ledger.claim(key, { run: run.id, step: '0', nowMs: NOW_MS });
  assert.ok(claim.kind === 'fresh');
  const succeeded = state === 'succeeded';
  await store.ledger.settle(claim.id, { state: succeeded ? 'delivered' : 'failed', nowMs: NOW_MS });
  const attempt = await store.transfers.add(newAttempt({ run: run.id, succeeded, localPath: eventKey }));
  await store.transfers.logged([attempt]);
  await store.runs.end(run.id, fenceOf(run), { ...SUCCEEDED, state });
  return run.id;
}

/** Looks for a file and claims another one, once each day. */
async function workedFor(store: Store, days: number, seen: readonly string[]): Promise<number> {
  const run = await runningRun(store, { eventKey: `manual:worker ${days}` });
  let nowMs = NOW_MS;
  for (let day = 0; day < days; day += 1) {
    nowMs += DAY_MS;
    await store.events.unknown('orders', seen, nowMs);
    const claim = await store.ledger.claim(deliveryKey({ source: 'always' }), {
      run: run.id,
      step: '0',
      nowMs,
    });
    if (claim.kind === 'fresh') await store.ledger.settle(claim.id, { state: 'delivered', nowMs });
  }
  await store.runs.end(run.id, fenceOf(run), SUCCEEDED);
  return nowMs;
}

const runIds = async (store: Store) => (await store.runs.list({ limit: 99 })).map(({ id }) => id);
const attemptIds = async (store: Store) =>
  (await store.transfers.find(undefined, { limit: 99 })).map(({ id }) => id);

export const UPKEEP_CASES: readonly StoreCase[] = [
  {
    name: 'successes go first, failures later, with their attempts, and what is under way never',
    async run(store) {
      await endedRun(store, { eventKey: 'file:a' });
      await endedRun(store, { eventKey: 'file:b', state: 'failed' });
      const alive = await runningRun(store, { eventKey: 'file:c' });
      await store.transfers.add(newAttempt({ run: alive.id }));
      const { upkeep } = store;
      assert.deepEqual(await upkeep.prune(RETENTION, NOW_MS + 30 * DAY_MS), { runs: 0, attempts: 0 });
      const late = NOW_MS + 30 * DAY_MS + 1;
      assert.deepEqual(await upkeep.prunable(RETENTION, late), { runs: 1, attempts: 1 });
      assert.deepEqual(await runIds(store), [3, 2, 1], 'looking removes nothing');
      assert.deepEqual(await upkeep.prune(RETENTION, late), { runs: 1, attempts: 1 });
      assert.deepEqual(
        [await runIds(store), await attemptIds(store)],
        [
          [3, 2],
          [3, 2],
        ],
      );
      assert.deepEqual(await upkeep.prune(RETENTION, NOW_MS + 91 * DAY_MS), { runs: 1, attempts: 1 });
      assert.deepEqual([await runIds(store), await attemptIds(store)], [[3], [3]]);
      assert.deepEqual(await store.runs.steps(1), []);
      assert.deepEqual(await upkeep.check(), []);
    },
  },
  {
    name: 'an attempt whose line is not written stays',
    async run(store) {
      await store.transfers.add(newAttempt({ run: undefined }));
      assert.deepEqual(await store.upkeep.prune(RETENTION, NOW_MS + 999 * DAY_MS), { runs: 0, attempts: 0 });
      assert.equal((await store.transfers.unlogged(9)).length, 1);
    },
  },
  {
    name: 'a file that still lies there is never forgotten, one that is gone is',
    async run(store) {
      await endedRun(store, { eventKey: 'file:gone' });
      await endedRun(store, { eventKey: 'file:there' });
      const nowMs = await workedFor(store, 100, ['file:there']);
      await store.upkeep.prune(RETENTION, nowMs);
      const unknown = await store.events.unknown('orders', ['file:gone', 'file:there'], nowMs);
      assert.deepEqual(unknown, new Set(['file:gone']));
      const run = await runningRun(store, { eventKey: 'manual:2' });
      const kinds = [];
      for (const source of ['file:there', 'file:gone', 'always']) {
        const { kind } = await store.ledger.claim(deliveryKey({ source }), { run: run.id, step: '0', nowMs });
        kinds.push(kind);
      }
      assert.deepEqual(kinds, ['delivered', 'fresh', 'delivered']);
      assert.deepEqual(await store.upkeep.check(), []);
    },
  },
  {
    name: 'a daemon that stood still for years forgets no file and no delivery',
    async run(store) {
      await endedRun(store, { eventKey: 'file:a' });
      const nowMs = NOW_MS + 2000 * DAY_MS;
      await store.upkeep.prune(RETENTION, nowMs);
      assert.deepEqual(await runIds(store), []);
      assert.deepEqual(await store.events.unknown('orders', ['file:a'], nowMs), new Set());
      const claim = { run: 9, step: '0', nowMs };
      assert.equal((await store.ledger.claim(deliveryKey({ source: 'file:a' }), claim)).kind, 'delivered');
    },
  },
  {
    name: 'a claim that was never settled keeps its run',
    async run(store) {
      const run = await runningRun(store);
      await store.ledger.claim(deliveryKey(), { run: run.id, step: '0', nowMs: NOW_MS });
      await store.runs.end(run.id, fenceOf(run), { ...SUCCEEDED, state: 'failed' });
      assert.deepEqual(await store.upkeep.prune(RETENTION, NOW_MS + 999 * DAY_MS), { runs: 0, attempts: 0 });
      assert.equal((await store.ledger.ofRun(run.id)).length, 1);
    },
  },
];
