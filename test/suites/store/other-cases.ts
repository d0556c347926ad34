import assert from 'node:assert/strict';
import { parseQuery } from '../../../src/client-log/query/parse-query.js';
import {
  fenceOf,
  HOSTILE_NAMES,
  madeRuns,
  newAttempt,
  NOW_MS,
  refused,
  runningRun,
  SUCCEEDED,
  type StoreCase,
} from './store-case.js';

const CONTEXT = { nowMs: NOW_MS, timeZone: 'UTC', partners: [] };

export const EVENT_CASES: readonly StoreCase[] = [
  {
    name: 'unknown events are told from known ones, with or without a run',
    async run(store) {
      const { events } = store;
      await madeRuns(store, { eventKey: 'file:a' });
      await events.know('orders', ['file:b', 'file:b'], NOW_MS);
      const keys = ['file:a', 'file:b', 'file:c'];
      assert.deepEqual(await events.unknown('orders', keys, NOW_MS), new Set(['file:c']));
      assert.deepEqual(await events.unknown('prices', keys, NOW_MS), new Set(keys));
      assert.deepEqual(await store.runs.create([]), []);
    },
  },
  {
    name: 'many keys at once are no matter',
    async run({ events }) {
      const keys = Array.from({ length: 20_000 }, (_, index) => `file:local:/in/${index}:1:1`);
      await events.know('orders', keys.slice(0, 19_990), NOW_MS);
      assert.deepEqual(await events.unknown('orders', keys, NOW_MS), new Set(keys.slice(19_990)));
    },
  },
  {
    name: 'a nonce is taken once for each hook',
    async run({ events }) {
      const taken = [
        await events.takeNonce('hook', 'n', NOW_MS),
        await events.takeNonce('hook', 'n', NOW_MS),
        await events.takeNonce('other', 'n', NOW_MS),
      ];
      assert.deepEqual(taken, [true, false, true]);
    },
  },
  {
    name: 'a trigger finds its state again',
    async run({ events }) {
      assert.equal(await events.triggerState('orders', 'schedule'), undefined);
      await events.setTriggerState('orders', 'schedule', { lastMs: 1 });
      await events.setTriggerState('orders', 'schedule', { lastMs: 2, text: HOSTILE_NAMES });
      await events.setTriggerState('orders', 'folder', null);
      assert.deepEqual(await events.triggerState('orders', 'schedule'), {
        lastMs: 2,
        text: [...HOSTILE_NAMES],
      });
      assert.equal(await events.triggerState('orders', 'folder'), null);
      await events.setTriggerState('orders', 'schedule', undefined);
      assert.equal(await events.triggerState('orders', 'schedule'), undefined);
    },
  },
];

export const TRANSFER_CASES: readonly StoreCase[] = [
  {
    name: 'attempts wait for their line, oldest first',
    async run({ transfers }) {
      const ids = await Promise.all([1, 2, 3].map((run) => transfers.add(newAttempt({ run }))));
      assert.deepEqual(ids, [1, 2, 3]);
      await transfers.logged([2]);
      assert.deepEqual(
        (await transfers.unlogged(9)).map(({ id }) => id),
        [1, 3],
      );
      assert.deepEqual(await transfers.unlogged(1), [{ ...newAttempt(), id: 1 }]);
      assert.deepEqual(
        (await transfers.ofRun(2)).map(({ id }) => id),
        [2],
      );
    },
  },
  {
    name: 'an attempt without a run, a size or an error comes back without them',
    async run({ transfers }) {
      const bare = newAttempt({ run: undefined });
      const failed = newAttempt({
        succeeded: false,
        lastCode: 530,
        errorCode: 'AUTH_REJECTED',
        message: 'refused',
        sizeBytes: 2 ** 45,
        tookMs: 7,
      });
      await transfers.add(bare);
      await transfers.add(failed);
      const kept = [
        { ...failed, id: 2 },
        { ...bare, id: 1 },
      ];
      assert.deepEqual(await transfers.find(undefined, { limit: 9 }), kept);
    },
  },
  {
    name: 'attempts are found by the words of a log query',
    async run({ transfers }) {
      await transfers.add(newAttempt());
      await transfers.add(
        newAttempt({ succeeded: false, lastCode: 10060, partner: 'beta', host: 'b.example' }),
      );
      await transfers.add(newAttempt({ remotePath: '/in/o\'hara "x".xml', endedMs: NOW_MS - 86_400_000 }));
      const ids = async (text: string) =>
        (await transfers.find(parseQuery(text, CONTEXT), { limit: 9 })).map(({ id }) => id);
      assert.deepEqual(await ids('result:failed'), [2]);
      assert.deepEqual(await ids('partner:acme'), [3, 1]);
      assert.deepEqual(await ids('code:10000-10100 since:1h'), [2]);
      assert.deepEqual(await ids('until:2026-02-28'), [3]);
      assert.deepEqual(await ids("o'hara"), [3]);
      assert.deepEqual(await ids('path:"""x"""'), [3]);
      assert.deepEqual(await ids(`"' OR 1=1 --"`), []);
      assert.deepEqual(await ids('result:ok result:failed'), []);
      assert.deepEqual(await ids('result:ok,failed -partner:beta'), [3, 1]);
    },
  },
];

export const HOUSE_CASES: readonly StoreCase[] = [
  {
    name: 'a parked partner stays parked until it is released or its settings change',
    async run({ partners }) {
      const park = {
        connection: 'acme',
        sinceMs: NOW_MS,
        errorCode: 'AUTH_REJECTED',
        reason: 'no',
        settingsMark: 'm1',
      } as const;
      assert.deepEqual([await partners.park(park), await partners.park(park)], [true, false]);
      assert.equal(await partners.park({ ...park, settingsMark: 'm2' }), true);
      assert.deepEqual(await partners.parks(), [{ ...park, settingsMark: 'm2' }]);
      assert.deepEqual([await partners.release('acme'), await partners.release('acme')], [true, false]);
      const state = { connection: 'acme', failures: 1, sinceMs: NOW_MS };
      await partners.setBreaker({
        ...state,
        failures: 5,
        openUntilMs: 9,
        lastErrorCode: 'TIMEOUT',
        lastReason: 'x',
      });
      await partners.setBreaker(state);
      assert.deepEqual(await partners.breakers(), [state]);
      await partners.clearBreaker('acme');
      assert.deepEqual(await partners.breakers(), []);
    },
  },
  {
    name: 'one cause is one alarm until it is cleared',
    async run({ alarms }) {
      const down = { kind: 'partnerDown', cause: 'partnerDown:acme', side: 'partner', text: 'down' } as const;
      assert.equal((await alarms.raise(down, NOW_MS)).isNew, true);
      const again = await alarms.raise({ ...down, text: 'still down' }, NOW_MS + 1);
      const alarm = { ...down, text: 'still down', id: 1, openedMs: NOW_MS, lastMs: NOW_MS + 1, count: 2 };
      assert.deepEqual(again, { alarm, isNew: false });
      assert.deepEqual(await alarms.open(), [alarm]);
      const closed = { ...alarm, closedMs: NOW_MS + 2 };
      await alarms.reword(down.cause, (text) => `${text}, and others`);
      assert.deepEqual(await alarms.open(), [{ ...alarm, text: 'still down, and others' }]);
      await alarms.reword(down.cause, () => 'still down');
      await alarms.reword('another', () => 'nobody hears this');
      assert.deepEqual(await alarms.clear(down.cause, NOW_MS + 2), closed);
      assert.equal(await alarms.clear(down.cause, NOW_MS + 3), undefined);
      const next = await alarms.raise(down, NOW_MS + 4);
      assert.deepEqual([next.isNew, next.alarm.id, next.alarm.count], [true, 2, 1]);
      assert.deepEqual(await alarms.list({ limit: 9, beforeId: 2 }), [closed]);
    },
  },
  {
    name: 'tokens are found by their hash alone, revoked ones too',
    async run({ access }) {
      const token = { name: 'ci', role: 'operator', createdMs: NOW_MS, expiresMs: NOW_MS + 9 } as const;
      const id = await access.addToken({ ...token, hash: 'ab12' });
      assert.deepEqual(await access.tokenOf('ab12'), { ...token, id });
      assert.equal(await access.tokenOf("' OR ''='"), undefined);
      await access.tokenUsed(id, NOW_MS + 1);
      assert.deepEqual(
        [await access.revoke(id, NOW_MS + 2), await access.revoke(id, NOW_MS + 3)],
        [true, false],
      );
      assert.deepEqual(await access.tokens(), [
        { ...token, id, lastUsedMs: NOW_MS + 1, revokedMs: NOW_MS + 2 },
      ]);
      await refused(access.addToken({ ...token, hash: 'ab12' }), 'STORE_FAILED');
    },
  },
  {
    name: 'who did what stays, newest first',
    async run({ access }) {
      const entry = {
        atMs: NOW_MS,
        who: 'eva',
        peer: '127.0.0.1',
        what: 'rule.run',
        target: 'orders',
        isAllowed: true,
      };
      const id = await access.audit(entry);
      await access.audit({ ...entry, claimedPeer: '10.0.0.1', isAllowed: false, detail: { a: [1] } });
      const [last, first] = await access.audits({ limit: 9 });
      assert.deepEqual(first, { ...entry, id: 1 });
      assert.deepEqual(last, {
        ...entry,
        id: 2,
        claimedPeer: '10.0.0.1',
        isAllowed: false,
        detail: { a: [1] },
      });
      assert.deepEqual(await access.audits({ limit: 9, beforeId: 2 }), [first]);
      await access.auditEnded(id, { status: 202 });
      const told = async () => (await access.audits({ limit: 9, beforeId: 2 }))[0]?.result;
      assert.deepEqual(await told(), { status: 202 });
      await access.auditEnded(id, { status: 409, errorCode: 'REFUSED' });
      assert.deepEqual(await told(), { status: 409, errorCode: 'REFUSED' });
    },
  },
  {
    name: 'a write that is refused takes nothing of others with it, and keeps nothing of its own',
    async run(store) {
      const run = await runningRun(store);
      const fence = fenceOf(run);
      const writes = await Promise.allSettled([
        store.transfers.add(newAttempt({ localPath: '/before' })),
        store.runs.end(run.id, fence + 1, SUCCEEDED),
        store.access.addToken({ name: 'a', role: 'viewer', hash: 'h', createdMs: 1, expiresMs: 2 }),
        store.access.addToken({ name: 'b', role: 'viewer', hash: 'h', createdMs: 1, expiresMs: 2 }),
        store.transfers.add(newAttempt({ localPath: '/after', rule: 'first seen here' })),
      ]);
      assert.deepEqual(
        writes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
      );
      const kept = await store.transfers.find(undefined, { limit: 9 });
      assert.deepEqual(
        kept.map(({ localPath, rule }) => [localPath, rule]),
        [
          ['/after', 'first seen here'],
          ['/before', 'orders'],
        ],
      );
      assert.deepEqual(
        (await store.access.tokens()).map(({ name }) => name),
        ['a'],
      );
      assert.deepEqual(await store.upkeep.check(), []);
    },
  },
  {
    name: 'closing waits for what is being written, and refuses what comes after',
    async run(store) {
      const added = store.transfers.add(newAttempt());
      await Promise.all([store.close(), store.close()]);
      assert.equal(await added, 1);
      await refused(store.transfers.add(newAttempt()), 'CLOSED');
      await refused(store.runs.get(1), 'CLOSED');
    },
  },
];
