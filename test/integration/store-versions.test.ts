import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { createNodePlatform } from '../../src/engine/platform/node-platform.js';
import { MIGRATIONS, NEWEST_VERSION } from '../../src/store/sqlite/migrations/migrations.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import type { Store } from '../../src/store/store.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { deliveryKey, newAttempt, NOW_MS } from '../suites/store/store-case.js';

const FIXTURES = fileURLToPath(new URL('../fixtures/stores/', import.meta.url));
const platform = createNodePlatform();

/** What stands in the store of each version. */
async function expectAllFacts(store: Store): Promise<void> {
  const { runs, ledger, transfers, events, partners, alarms, access, upkeep } = store;
  expect(await upkeep.check()).toEqual([]);
  expect((await runs.list({ limit: 9 })).map(({ rule, state }) => `${rule} ${state}`)).toEqual([
    'orders skipped',
    'prices running',
    'orders succeeded',
  ]);
  expect((await runs.get(2))?.lease).toEqual({ owner: 'node-a', untilMs: NOW_MS + 60_000, fence: 1 });
  expect(await runs.ruleOf('prices', 'p7')).toBe('{"name":"prices"}');
  expect((await runs.steps(1)).map(({ title, detail }) => [title, detail])).toEqual([
    ['copy %FS.PATH%', { files: 1 }],
  ]);
  expect((await runs.counts()).reduce((sum, { count }) => sum + count, 0)).toBe(3);
  expect(await runs.nothingCounts()).toHaveLength(1);
  expect(await runs.pauses()).toEqual([{ rule: 'prices', reason: 'maintenance', by: 'eva' }]);
  expect((await runs.quarantined()).map(({ path }) => path)).toEqual(['/out/bad']);
  expect(await runs.countFileFailure('orders', 'file:bad', 'refused', NOW_MS)).toBe(2);
  const claim = { run: 9, step: '0', nowMs: NOW_MS };
  expect(await ledger.claim(deliveryKey(), claim)).toMatchObject({
    kind: 'delivered',
    delivery: { bytes: 5 },
  });
  expect(await ledger.claim(deliveryKey({ source: 'local:/out/b.xml' }), claim)).toEqual({
    kind: 'held',
    by: 2,
  });
  expect(await transfers.unlogged(9)).toMatchObject([{ id: 2, errorCode: 'AUTH_REJECTED' }]);
  expect((await transfers.ofRun(1))[0]).toEqual({ ...newAttempt({ sizeBytes: 5, tookMs: 8 }), id: 1 });
  const keys = ['file:local:/out/a.xml:5:1', 'file:old', 'file:new'];
  expect(await events.unknown('orders', keys, NOW_MS)).toEqual(new Set(['file:new']));
  expect(await events.takeNonce('hook', 'n1', NOW_MS)).toBe(false);
  expect(await events.triggerState('prices', 'schedule')).toEqual({ lastMs: NOW_MS });
  expect((await partners.parks()).map(({ connection }) => connection)).toEqual(['acme']);
  expect((await partners.breakers()).map(({ connection }) => connection)).toEqual(['beta']);
  expect((await alarms.open()).map(({ cause }) => cause)).toEqual(['partnerParked:acme']);
  expect(await access.tokenOf('ab12')).toMatchObject({ name: 'ci', role: 'operator' });
  expect(await access.audits({ limit: 9 })).toMatchObject([{ who: 'eva', detail: { run: 1 } }]);
}

describe('a store of an earlier version', () => {
  it('is there as a fixture for each version', () => {
    expect(readdirSync(FIXTURES).sort()).toEqual(MIGRATIONS.map(({ version }) => `version-${version}.sql`));
  });

  for (const { version } of MIGRATIONS) {
    it(`of version ${version} is opened with all its facts`, async () => {
      const file = join(await temporaryFolder(), 'store.sqlite');
      const database = new Database(file);
      database.exec(readFileSync(join(FIXTURES, `version-${version}.sql`), 'utf8'));
      database.close();
      const store = await openSqliteStore({ file, access: 'write', platform });
      expect(await store.upkeep.schemaVersion()).toBe(NEWEST_VERSION);
      await expectAllFacts(store);
      await store.close();
    });
  }

  it('is not read before it is brought up to date', async () => {
    const file = join(await temporaryFolder(), 'store.sqlite');
    new Database(file).exec('CREATE TABLE a (b); DROP TABLE a').close();
    await expect(openSqliteStore({ file, access: 'read', platform })).rejects.toMatchObject({
      code: 'STORE_OUTDATED',
    });
  });
});
