import assert from 'node:assert/strict';
import {
  deliveryKey,
  fenceOf,
  HOSTILE_NAMES,
  NOW_MS,
  refused,
  runningRun,
  SUCCEEDED,
  type StoreCase,
} from './store-case.js';

const claimOf = (run: number, nowMs = NOW_MS) => ({ run, step: '0', nowMs });

export const LEDGER_CASES: readonly StoreCase[] = [
  {
    name: 'a delivery belongs to one run that is alive, and is never sent twice',
    async run(store) {
      const { ledger } = store;
      const one = await runningRun(store, { eventKey: '1' });
      const other = await runningRun(store, { eventKey: '2' });
      const key = deliveryKey();
      assert.deepEqual(await ledger.claim(key, claimOf(one.id)), { kind: 'fresh', id: 1 });
      assert.deepEqual(await ledger.claim(key, claimOf(other.id)), { kind: 'held', by: one.id });
      const facts = {
        bytes: 5,
        proof: 'checksum',
        proofFacts: { algorithm: 'sha256', computedBy: 'us' },
      } as const;
      await ledger.settle(1, {
        state: 'delivered',
        nowMs: NOW_MS + 1,
        ...facts,
        finalTarget: 'acme:/in/Copy of a',
      });
      await ledger.settle(1, { state: 'disposed', nowMs: NOW_MS + 2 });
      const answer = await ledger.claim(key, claimOf(other.id));
      const delivery = {
        ...key,
        ...facts,
        id: 1,
        state: 'disposed',
        run: one.id,
        step: '0',
        claimedMs: NOW_MS,
        settledMs: NOW_MS + 2,
        finalTarget: 'acme:/in/Copy of a',
      };
      assert.deepEqual(answer, { kind: 'delivered', delivery });
      assert.deepEqual(await ledger.ofRun(one.id), [delivery]);
      assert.deepEqual(await ledger.ofTarget('orders', 'acme:/in/Copy of a'), [delivery]);
      assert.deepEqual(await ledger.ofTarget('prices', 'acme:/in/Copy of a'), []);
    },
  },
  {
    name: 'two that claim at once: one is fresh, the other is told who holds it',
    async run(store) {
      const one = await runningRun(store, { eventKey: '1' });
      const other = await runningRun(store, { eventKey: '2' });
      const answers = await Promise.all(
        [one, other].map(({ id }) => store.ledger.claim(deliveryKey(), claimOf(id))),
      );
      assert.deepEqual(
        answers.map(({ kind }) => kind),
        ['fresh', 'held'],
      );
    },
  },
  {
    name: 'what a dead run claimed is unsettled: its target is looked at first',
    async run(store) {
      const { ledger, runs } = store;
      const dead = await runningRun(store, { eventKey: '1' });
      const next = await runningRun(store, { eventKey: '2' });
      const key = deliveryKey();
      await ledger.claim(key, claimOf(dead.id));
      assert.deepEqual(
        await ledger.claim(key, claimOf(dead.id)),
        { kind: 'unsettled', id: 1 },
        'the same run again',
      );
      const afterLease = claimOf(next.id, NOW_MS + 60_001);
      assert.deepEqual(await ledger.claim(key, afterLease), { kind: 'unsettled', id: 1 });
      assert.equal((await ledger.ofRun(next.id)).length, 1, 'it is of the other run now');
      await runs.end(next.id, fenceOf(next), { ...SUCCEEDED, state: 'failed' });
      assert.deepEqual(
        await ledger.claim(key, claimOf(dead.id)),
        { kind: 'unsettled', id: 1 },
        'of an ended run too',
      );
    },
  },
  {
    name: 'a failed delivery is fresh again, with nothing left of the failure',
    async run(store) {
      const { ledger } = store;
      const run = await runningRun(store);
      await ledger.claim(deliveryKey(), claimOf(run.id));
      await ledger.settle(1, { state: 'failed', nowMs: NOW_MS, finalTarget: 'acme:/in/else' });
      assert.deepEqual(await ledger.claim(deliveryKey(), claimOf(run.id)), { kind: 'fresh', id: 1 });
      const claimed = {
        ...deliveryKey(),
        id: 1,
        state: 'claimed',
        run: run.id,
        step: '0',
        claimedMs: NOW_MS,
      };
      assert.deepEqual(await ledger.ofRun(run.id), [claimed]);
      await refused(ledger.settle(99, { state: 'failed', nowMs: NOW_MS }), 'STORE_FAILED');
    },
  },
  {
    name: 'another rule, version, source or target is another delivery',
    async run(store) {
      const run = await runningRun(store);
      const others = [
        {},
        { rule: 'prices' },
        { source: 'local:/out/A.xml' },
        { sourceIdentity: '6:1' },
        { target: 'acme:/in/a.xml ' },
        ...HOSTILE_NAMES.flatMap((name) => [{ source: name }, { target: name }]),
      ];
      for (const changes of others) {
        const { kind } = await store.ledger.claim(deliveryKey(changes), claimOf(run.id));
        assert.equal(kind, 'fresh', JSON.stringify(changes).slice(0, 80));
      }
      const found = await store.ledger.find({ limit: 1000 });
      assert.deepEqual(
        found.map(({ source, target }) => [source, target]).reverse(),
        others.map((changes) => [deliveryKey(changes).source, deliveryKey(changes).target]),
      );
    },
  },
  {
    name: 'deliveries are found by rule, mask and page, newest first',
    async run(store) {
      const { ledger } = store;
      const run = await runningRun(store);
      for (const name of ['a.xml', 'b.csv', 'c.xml', "d'.xml"]) {
        await ledger.claim(
          deliveryKey({ source: `local:/out/${name}`, target: `acme:/in/${name}` }),
          claimOf(run.id),
        );
      }
      const ids = async (filter: object) => (await ledger.find({ limit: 9, ...filter })).map(({ id }) => id);
      assert.deepEqual(await ids({ mask: '*.XML' }), [4, 3, 1]);
      assert.deepEqual(await ids({ mask: '*.xml', limit: 1, beforeId: 4 }), [3]);
      assert.deepEqual(await ids({ mask: "d'" }), [4]);
      assert.deepEqual(await ids({ mask: "' OR '1'='1" }), []);
      assert.deepEqual(await ids({ rule: 'nobody' }), []);
    },
  },
];
