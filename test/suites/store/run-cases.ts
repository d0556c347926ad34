import assert from 'node:assert/strict';
import type { NewRun } from '../../../src/store/run-store.js';
import {
  fenceOf,
  HOSTILE_NAMES,
  madeRuns,
  newRun,
  NOW_MS,
  refused,
  runningRun,
  SUCCEEDED,
  type StoreCase,
} from './store-case.js';

const STEP = {
  path: '0',
  kind: 'copy',
  title: 'copy',
  state: 'running',
  attempt: 1,
  startedMs: NOW_MS,
  text: '',
} as const;

export const RUN_CASES: readonly StoreCase[] = [
  {
    name: 'an event makes one run, however often it is told',
    async run({ runs }) {
      const again = newRun({ eventKey: 'file:a' });
      assert.deepEqual(await runs.create([again, again]), [1, undefined]);
      assert.deepEqual(await runs.create([again, newRun({ eventKey: 'file:b' })]), [undefined, 2]);
      assert.deepEqual(
        await runs.create([{ ...again, rule: 'prices' }]),
        [3],
        'of another rule it is another event',
      );
      assert.equal((await runs.ofEvent('orders', 'file:b'))?.id, 2);
      assert.equal(await runs.ofEvent('orders', 'file:c'), undefined);
    },
  },
  {
    name: 'runs that are made together are made all or none',
    async run({ runs, events }) {
      const wrong = { ...newRun({ eventKey: 'file:b' }), state: 'flying' } as unknown as NewRun;
      await refused(runs.create([newRun({ eventKey: 'file:a' }), wrong]), 'STORE_FAILED');
      assert.deepEqual(await runs.list({ limit: 9 }), []);
      assert.deepEqual(await runs.counts(), []);
      assert.deepEqual(await events.unknown('orders', ['file:a'], NOW_MS), new Set(['file:a']));
    },
  },
  {
    name: 'a run comes back as it was made',
    async run({ runs }) {
      const full = newRun({
        notBeforeMs: NOW_MS + 5,
        parentRun: 77,
        retryOf: { run: 76, fromStep: '2.ifFailed.0' },
        askedBy: 'cli',
        isShadow: true,
      });
      const [id = 0] = await runs.create([full]);
      const { ruleJson, ...kept } = full;
      const rest = { id, cancelAsked: false, filesSucceeded: 0, filesFailed: 0 };
      assert.deepEqual(await runs.get(id), { ...kept, ...rest });
      assert.equal(await runs.ruleOf('orders', 'r1'), ruleJson);
      assert.equal(await runs.ruleOf('orders', 'r2'), undefined);
      assert.equal(await runs.get(id + 1), undefined);
    },
  },
  {
    name: 'hostile names come back as they were, each a key of its own',
    async run({ runs, events }) {
      const made = HOSTILE_NAMES.map((name) =>
        newRun({ rule: name, eventKey: name, reason: name, event: { name } }),
      );
      const ids = await runs.create(made);
      assert.equal(new Set(ids).size, HOSTILE_NAMES.length);
      for (const [index, name] of HOSTILE_NAMES.entries()) {
        const run = await runs.get(ids[index] ?? 0);
        assert.deepEqual([run?.rule, run?.eventKey, run?.reason, run?.event], [name, name, name, { name }]);
        assert.deepEqual(await events.unknown(name, [name, `${name}.`], NOW_MS), new Set([`${name}.`]));
        assert.equal((await runs.list({ rule: name, limit: 9 })).length, 1);
      }
    },
  },
  {
    name: 'waiting runs come oldest first, when their time has come, without or of some rules',
    async run(store) {
      const { runs } = store;
      await madeRuns(
        store,
        { eventKey: '1', rule: 'b' },
        { eventKey: '2', notBeforeMs: NOW_MS + 1 },
        { eventKey: '3' },
        { eventKey: '4', state: 'skipped', reason: 'overlap' },
        { eventKey: '5' },
      );
      const waiting = async (changes: object) =>
        (await runs.waiting({ nowMs: NOW_MS, limit: 9, withoutRules: [], ...changes })).map(({ id }) => id);
      assert.deepEqual(await waiting({}), [1, 3, 5]);
      assert.deepEqual(await waiting({ limit: 2 }), [1, 3]);
      assert.deepEqual(await waiting({ nowMs: NOW_MS + 1 }), [1, 2, 3, 5]);
      assert.deepEqual(await waiting({ withoutRules: ['orders', 'nobody'] }), [1]);
      assert.deepEqual(await waiting({ onlyRules: ['orders'] }), [3, 5]);
      assert.deepEqual(await waiting({ onlyRules: [] }), []);
      assert.equal(await runs.nextDueMs('orders'), 0);
      assert.equal(await runs.nextDueMs('nobody'), undefined);
    },
  },
  {
    name: 'only one gets a run, until its lease has ended; then the fence grows',
    async run(store) {
      const { runs } = store;
      const first = await runningRun(store);
      const untilMs = NOW_MS + 60_000;
      assert.equal(await runs.claim(first.id, 'node-b', untilMs - 1, untilMs + 5), undefined);
      assert.deepEqual(await runs.abandoned(untilMs - 1), []);
      await runs.heartbeat('node-b', [first.id], untilMs + 500);
      assert.equal((await runs.get(first.id))?.lease?.untilMs, untilMs, 'another one prolongs nothing');
      await runs.heartbeat('node-a', [first.id], untilMs + 500);
      assert.equal(await runs.claim(first.id, 'node-b', untilMs, untilMs + 900), undefined);
      assert.deepEqual(
        (await runs.abandoned(untilMs + 501)).map(({ id }) => id),
        [first.id],
      );
      const second = await runs.claim(first.id, 'node-b', untilMs + 501, untilMs + 900);
      assert.deepEqual(second?.lease, { owner: 'node-b', untilMs: untilMs + 900, fence: fenceOf(first) + 1 });
      assert.equal(second.startedMs, NOW_MS, 'it began when it first began');
    },
  },
  {
    name: 'whoever lost a run changes nothing any more',
    async run(store) {
      const { runs } = store;
      const first = await runningRun(store);
      const fence = fenceOf(first);
      const second = await runs.claim(first.id, 'node-b', NOW_MS + 60_001, NOW_MS + 90_000);
      await refused(runs.saveStep({ run: first.id, ...STEP }, fence), 'STALE_LEASE');
      await refused(runs.end(first.id, fence, SUCCEEDED), 'STALE_LEASE');
      await refused(runs.giveBack(first.id, fence, 'stop', 0), 'STALE_LEASE');
      assert.deepEqual(await runs.get(first.id), second);
      assert.deepEqual(await runs.steps(first.id), []);
      await runs.end(first.id, fence + 1, SUCCEEDED);
      await refused(runs.end(first.id, fence + 1, SUCCEEDED), 'STALE_LEASE');
      await refused(runs.end(999, 1, SUCCEEDED), 'STALE_LEASE');
      assert.equal(await runs.claim(first.id, 'node-b', NOW_MS + 99_999, NOW_MS + 199_999), undefined);
    },
  },
  {
    name: 'a run that is given back waits, and is claimed anew',
    async run(store) {
      const { runs } = store;
      const run = await runningRun(store);
      await runs.giveBack(run.id, fenceOf(run), 'partner is parked', NOW_MS + 5);
      const given = await runs.get(run.id);
      assert.deepEqual(
        [given?.state, given?.reason, given?.lease],
        ['waiting', 'partner is parked', undefined],
      );
      assert.equal(await runs.nextDueMs('orders'), NOW_MS + 5);
      const again = await runs.claim(run.id, 'node-a', NOW_MS + 6, NOW_MS + 60_000);
      assert.equal(again?.lease?.fence, fenceOf(run) + 1);
    },
  },
  {
    name: 'an ended run says how, and counts follow',
    async run(store) {
      const { runs } = store;
      const run = await runningRun(store);
      await madeRuns(store, { eventKey: 'x' });
      await runs.end(run.id, fenceOf(run), {
        ...SUCCEEDED,
        state: 'failed',
        errorCode: 'AUTH_REJECTED',
        filesFailed: 3,
      });
      const ended = await runs.get(run.id);
      assert.deepEqual(
        [
          ended?.state,
          ended?.endedMs,
          ended?.errorCode,
          ended?.filesSucceeded,
          ended?.filesFailed,
          ended?.lease,
        ],
        ['failed', NOW_MS, 'AUTH_REJECTED', 1, 3, undefined],
      );
      const counts = await runs.counts();
      assert.deepEqual(counts.map(({ rule, state, count }) => `${rule} ${state} ${count}`).sort(), [
        'orders failed 1',
        'orders waiting 1',
      ]);
    },
  },
  {
    name: 'runs are listed newest first, by rule, state, time and page',
    async run(store) {
      const { runs } = store;
      const times = [0, 1, 2, 3].map((index) => ({ eventKey: `${index}`, createdMs: NOW_MS + index }));
      await madeRuns(store, ...times, { eventKey: 's', state: 'skipped', reason: 'off', rule: 'prices' });
      const ids = async (filter: object) => (await runs.list({ limit: 9, ...filter })).map(({ id }) => id);
      assert.deepEqual(await ids({}), [5, 4, 3, 2, 1]);
      assert.deepEqual(await ids({ limit: 2, beforeId: 4 }), [3, 2]);
      assert.deepEqual(await ids({ states: ['skipped'] }), [5]);
      assert.deepEqual(await ids({ states: [] }), []);
      assert.deepEqual(await ids({ rule: 'orders', sinceMs: NOW_MS + 1, untilMs: NOW_MS + 3 }), [3, 2]);
      assert.deepEqual(await ids({ rule: "orders' OR 1=1 --" }), []);
    },
  },
  {
    name: 'a step is replaced by its later word and keeps its place',
    async run(store) {
      const { runs } = store;
      const run = await runningRun(store);
      const step = { run: run.id, ...STEP };
      await runs.saveStep(step, fenceOf(run));
      await runs.saveStep({ ...step, path: '0.ifFailed.0' }, fenceOf(run));
      const done = {
        ...step,
        state: 'failed',
        endedMs: NOW_MS + 9,
        result: 1,
        attempt: 2,
        errorCode: 'TIMEOUT',
        detail: { rows: [1, 'two', null] },
      } as const;
      await runs.saveStep(done, fenceOf(run));
      assert.deepEqual(await runs.steps(run.id), [done, { ...step, path: '0.ifFailed.0' }]);
    },
  },
  {
    name: 'a cancel can be asked for until a run has ended',
    async run(store) {
      const { runs } = store;
      const run = await runningRun(store);
      assert.equal(await runs.askCancel(run.id), true);
      assert.equal((await runs.get(run.id))?.cancelAsked, true);
      await runs.end(run.id, fenceOf(run), { ...SUCCEEDED, state: 'cancelled' });
      assert.deepEqual([await runs.askCancel(run.id), await runs.askCancel(999)], [false, false]);
    },
  },
  {
    name: 'what did nothing is counted, pauses stand until taken back',
    async run({ runs }) {
      await runs.countNothing('orders', '2026-03-01', 'no file', 2);
      await runs.countNothing('orders', '2026-03-01', 'no file', 3);
      await runs.countNothing('prices', '2026-03-01', 'no file', 1);
      const counted = { rule: 'orders', day: '2026-03-01', reason: 'no file', count: 5 };
      assert.deepEqual(await runs.nothingCounts('orders'), [counted]);
      assert.equal((await runs.nothingCounts()).length, 2);
      assert.deepEqual(await runs.nothingCounts('nobody'), []);
      await runs.pause('orders', { reason: 'maintenance', by: 'eva' });
      await runs.pause('orders', { reason: 'longer', by: 'eva', untilMs: NOW_MS });
      assert.deepEqual(await runs.pauses(), [
        { rule: 'orders', reason: 'longer', by: 'eva', untilMs: NOW_MS },
      ]);
      await runs.pause('orders', undefined);
      assert.deepEqual(await runs.pauses(), []);
    },
  },
  {
    name: 'a released file is taken up again, with its failures forgotten',
    async run(store) {
      const { runs, events } = store;
      await madeRuns(store, { eventKey: 'file:a' });
      assert.equal(await runs.countFileFailure('orders', 'file:a', 'refused', NOW_MS), 1);
      assert.equal(await runs.countFileFailure('orders', 'file:a', 'refused', NOW_MS), 2);
      const file = {
        rule: 'orders',
        fileKey: 'file:a',
        path: '/a',
        reason: 'no',
        failures: 2,
        sinceMs: NOW_MS,
      };
      await runs.quarantine(file);
      assert.deepEqual(await runs.quarantined('orders'), [file]);
      assert.equal(await runs.release('orders', 'file:b'), false);
      assert.equal(await runs.release('orders', 'file:a'), true);
      assert.deepEqual(await runs.quarantined(), []);
      assert.deepEqual(await events.unknown('orders', ['file:a'], NOW_MS), new Set(['file:a']));
      assert.equal(await runs.countFileFailure('orders', 'file:a', 'refused', NOW_MS), 1);
      await runs.clearFileFailures('orders', 'file:a');
      assert.equal(await runs.countFileFailure('orders', 'file:a', 'refused', NOW_MS), 1);
    },
  },
];
