/**
 * How many files a second the store can book: each with the nine writes of a run that moves one file, every one on the
 * disk before the next of its file begins.
 *
 *   npx tsx bench/store-writes.ts [FILES AT ONCE] [FILES]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createNodePlatform } from '../src/engine/platform/node-platform.js';
import { openSqliteStore } from '../src/store/sqlite/open-sqlite-store.js';
import type { Store } from '../src/store/store.js';
import { deliveryKey, newAttempt, newRun, NOW_MS, SUCCEEDED } from '../test/suites/store/store-case.js';

const WRITES_OF_A_FILE = 9;
const lanes = Number(process.argv[2] ?? 64);
const files = Number(process.argv[3] ?? 3000);

async function book(store: Store, index: number): Promise<void> {
  const { runs, ledger, transfers } = store;
  const path = `/data/outbox/region${index % 9}/inv_${index}.xml`;
  const [run = 0] = await runs.create([newRun({ eventKey: `file:local:${path}:5:1` })]);
  await runs.claim(run, 'bench', NOW_MS, NOW_MS + 60_000);
  const step = { run, path: '0', kind: 'copy', title: 'copy', attempt: 1, startedMs: NOW_MS, text: '' };
  await runs.saveStep({ ...step, state: 'running' }, 1);
  const key = deliveryKey({ source: `local:${path}`, target: `acme:${path}` });
  const claim = await ledger.claim(key, { run, step: '0', nowMs: NOW_MS });
  if (claim.kind !== 'fresh') throw new Error(`the delivery is ${claim.kind}`);
  const attempt = await transfers.add(newAttempt({ run, localPath: path, remotePath: path }));
  await ledger.settle(claim.id, { state: 'delivered', nowMs: NOW_MS, bytes: 5, proof: 'size' });
  await Promise.all([transfers.logged([attempt]), runs.saveStep({ ...step, state: 'succeeded' }, 1)]);
  await runs.end(run, 1, SUCCEEDED);
}

const folder = mkdtempSync(join(process.cwd(), '.cache', 'bench-store-writes-'));
const store = await openSqliteStore({
  file: join(folder, 'store.sqlite'),
  access: 'write',
  platform: createNodePlatform(),
});
let next = 0;
const cpu = process.cpuUsage();
const startMs = performance.now();
await Promise.all(
  Array.from({ length: lanes }, async () => {
    while (next < files) await book(store, next++);
  }),
);
const seconds = (performance.now() - startMs) / 1000;
const { user, system } = process.cpuUsage(cpu);
await store.close();
rmSync(folder, { recursive: true });
const perFile = (user + system) / 1000 / files;
process.stdout.write(
  `${lanes} at once: ${Math.round(files / seconds)} files/s, ${Math.round((files * WRITES_OF_A_FILE) / seconds)} writes/s, ${perFile.toFixed(2)} ms of processor each\n`,
);
