/**
 * A store of ten million transfers: how long it takes to open, and how long filtered pages take.
 *
 *   npx tsx bench/store.ts [ROWS]
 *
 * The store is made once and kept in .cache/bench-store; medians of nine calls each.
 */
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseQuery } from '../src/client-log/query/parse-query.js';
import { createNodePlatform } from '../src/engine/platform/node-platform.js';
import { openSqliteStore } from '../src/store/sqlite/open-sqlite-store.js';
import type { Store } from '../src/store/store.js';
import { fillStore, NEWEST_MS } from './store-filler.js';

const ROWS = Number(process.argv[2] ?? 10_000_000);
const CALLS = 9;
const PAGE = 50;

const QUERIES = [
  '',
  'result:failed',
  'partner:partner17 result:failed',
  'partner:partner17',
  'host:*.partner3.example op:download',
  'code:530',
  'code:5xx partner:partner40',
  'since:24h result:failed',
  'since:2026-02-10 until:2026-02-10',
  'since:2026-02-10 until:2026-02-10 partner:partner5 result:failed',
  'inv_04711123.xml',
  'file:order_00012345.csv',
  '*.xml partner:partner9',
  'folder:/in/region7 result:failed',
  'user:batch3',
  'path:nowhere_to_be_found',
];

async function main(): Promise<void> {
  const file = await storeOf(ROWS);
  process.stdout.write(`${ROWS} transfers, ${Math.round(statSync(file).size / 2 ** 20)} MiB\n`);
  const platform = createNodePlatform();
  const opens: number[] = [];
  for (let call = 0; call < CALLS; call += 1) {
    const startMs = performance.now();
    const opened = await openSqliteStore({ file, access: 'write', platform });
    opens.push(performance.now() - startMs);
    await opened.close();
  }
  print('open', opens);
  const store = await openSqliteStore({ file, access: 'write', platform });
  for (const text of QUERIES) await measure(store, text);
  await store.close();
}

async function measure(store: Store, text: string): Promise<void> {
  const query = parseQuery(text, { nowMs: NEWEST_MS, timeZone: 'UTC', partners: [] });
  const times: number[] = [];
  let found = 0;
  for (let call = 0; call < CALLS; call += 1) {
    const startMs = performance.now();
    found = (await store.transfers.find(query, { limit: PAGE })).length;
    times.push(performance.now() - startMs);
  }
  print(`page of ${found}: ${text === '' ? '(all)' : text}`, times);
}

function print(what: string, times: readonly number[]): void {
  const sorted = [...times].sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const slowest = sorted.at(-1) ?? 0;
  process.stdout.write(`${median.toFixed(1).padStart(9)} ms (slowest ${slowest.toFixed(1)})  ${what}\n`);
}

async function storeOf(rows: number): Promise<string> {
  const folder = fileURLToPath(new URL('../.cache/bench-store', import.meta.url));
  const file = join(folder, `${rows}.sqlite`);
  mkdirSync(folder, { recursive: true });
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) return file;
  const unfinished = `${file}.part`;
  for (const each of [unfinished, `${unfinished}-wal`, `${unfinished}-shm`]) rmSync(each, { force: true });
  const startMs = performance.now();
  fillStore(unfinished, rows, (done) => {
    const seconds = (performance.now() - startMs) / 1000;
    process.stderr.write(`\r${done} of ${rows} made (${Math.round(done / seconds)}/s)`);
  });
  process.stderr.write('\n');
  renameSync(unfinished, file);
  return file;
}

await main();
