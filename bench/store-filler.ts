import { migrate } from '../src/store/sqlite/migrate.js';
import { indexedPaths } from '../src/store/sqlite/path-words.js';
import { StoreFile } from '../src/store/sqlite/store-file.js';

/** When the last attempt of a filled store ended. */
export const NEWEST_MS = Date.parse('2026-03-01T00:00:00Z');

const PARTNERS = 60;
const RULES = 40;
const SPREAD_MS = 30 * 86_400_000;
const BATCH = 20_000;
const FAILURE_CODES = [530, 550, 10060, 421, 425];

/** Makes a store with so many attempts, past the store's own writes: no flush of the disk, indexes last. */
export function fillStore(path: string, rows: number, progress: (done: number) => void): void {
  const store = new StoreFile({ file: path, access: 'write', monotonicMs: () => performance.now() });
  const { database } = store;
  migrate(store);
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -400000');
  const indexes = database
    .prepare<[], { name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'attempts' AND sql IS NOT NULL`,
    )
    .all();
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);
  addNames(database);
  const addAttempt = database.prepare(
    `INSERT INTO attempts (run, step, rule_id, endpoint_id, ended_ms, local_path, remote_path, last_code, succeeded,
      is_last, attempt_number, size_bytes, took_ms, is_logged) VALUES (?, '0', ?, ?, ?, ?, ?, ?, ?, 1, 1, ?, 120, 1)`,
  );
  const addWords = database.prepare('INSERT INTO attempt_words (rowid, paths) VALUES (?, ?)');
  const addBatch = database.transaction((first: number, end: number) => {
    for (let id = first; id < end; id += 1) {
      const row = attemptRow(id, rows);
      addAttempt.run(...row.values);
      addWords.run(id, row.words);
    }
  });
  for (let id = 1; id <= rows; id += BATCH) {
    addBatch(id, Math.min(rows + 1, id + BATCH));
    progress(Math.min(rows, id + BATCH - 1));
  }
  for (const { sql } of indexes) database.exec(sql);
  database.exec(
    'INSERT INTO attempt_spans SELECT id >> 10, min(ended_ms), max(ended_ms) FROM attempts GROUP BY id >> 10',
  );
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
}

function addNames(database: StoreFile['database']): void {
  const addRule = database.prepare('INSERT INTO rules (id, name) VALUES (?, ?)');
  for (let id = 1; id <= RULES; id += 1) addRule.run(id, `rule${id}`);
  const addEndpoint = database.prepare('INSERT INTO endpoints VALUES (?, ?, ?, ?, 22, ?, ?)');
  for (let index = 0; index < PARTNERS * 2; index += 1) {
    const partner = index >> 1;
    const operation = index % 2 === 0 ? 'upload' : 'download';
    const host = `sftp.partner${partner}.example`;
    addEndpoint.run(index + 1, `partner${partner}`, 'sftp', host, `batch${partner % 7}`, operation);
  }
}

/** Failures are two of a hundred and come in waves, as they do. */
function attemptRow(id: number, rows: number) {
  const chance = (of: number, salt: number) => (mixedOf(id + salt * rows) >>> 7) % of;
  const isFailed = chance(100, 0) < ((id >> 16) % 5 === 0 ? 6 : 1);
  const code = isFailed ? (FAILURE_CODES[chance(FAILURE_CODES.length, 1)] ?? 4) : 0;
  const number = String(id).padStart(8, '0');
  const name = id % 3 === 0 ? `order_${number}.csv` : `inv_${number}.xml`;
  const region = chance(12, 2);
  const local = `/data/outbox/region${region}/${name}`;
  const remote = `/in/region${region}/${name}`;
  const endedMs = NEWEST_MS - SPREAD_MS + Math.floor((id / rows) * SPREAD_MS);
  const endpoint = chance(PARTNERS * 2, 3) + 1;
  const size = 1000 + chance(90_000, 4);
  return {
    values: [id, chance(RULES, 5) + 1, endpoint, endedMs, local, remote, code, isFailed ? 0 : 1, size],
    words: indexedPaths(local, remote),
  };
}

/** The same number for the same id, in no order. */
function mixedOf(id: number): number {
  const first = Math.imul(id ^ (id >>> 16), 0x45d9f3b);
  const second = Math.imul(first ^ (first >>> 16), 0x45d9f3b);
  return (second ^ (second >>> 16)) >>> 0;
}
