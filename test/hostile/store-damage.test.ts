import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TransferError } from '../../src/core/transfer-error.js';
import { createNodePlatform } from '../../src/engine/platform/node-platform.js';
import { openSqliteStore } from '../../src/store/sqlite/open-sqlite-store.js';
import type { Store } from '../../src/store/store.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { newAttempt, newRun } from '../suites/store/store-case.js';

const platform = createNodePlatform();
const open = (file: string) => openSqliteStore({ file, access: 'write', platform });

const PAGE_BYTES = 4096;

interface Torn {
  readonly folder: string;
  readonly main: Buffer;
  readonly wal: Buffer;
  /** Event keys of the runs, in the order in which they were acknowledged, and how long the log was then. */
  readonly acknowledged: readonly { readonly key: string; readonly walBytes: number }[];
}

/** What stands on the disk when the power goes: a store with a log that was never written back. */
async function tornStore(): Promise<Torn> {
  const folder = await temporaryFolder();
  const file = join(folder, 'store.sqlite');
  await (await open(file)).close();
  const store = await open(file);
  const acknowledged: { key: string; walBytes: number }[] = [];
  for (let index = 0; index < 6; index += 1) {
    const key = `event ${index}`;
    await store.runs.create([newRun({ eventKey: key, event: { payload: 'x'.repeat(index * 40) } })]);
    acknowledged.push({ key, walBytes: (await stat(`${file}-wal`)).size });
  }
  const [main, wal] = await Promise.all([readFile(file), readFile(`${file}-wal`)]);
  await store.close();
  return { folder, main, wal, acknowledged };
}

/** The keys that are there, or the refusal. */
async function keysAfter(torn: Torn, wal: Buffer): Promise<readonly string[] | TransferError> {
  const folder = join(torn.folder, 'again');
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'store.sqlite');
  await writeFile(file, torn.main);
  await writeFile(`${file}-wal`, wal);
  await writeFile(`${file}-shm`, '');
  let store: Store | undefined;
  try {
    store = await open(file);
    const runs = await store.runs.list({ limit: 99 });
    expect(await store.upkeep.check()).toEqual([]);
    return runs.map(({ eventKey }) => eventKey).reverse();
  } catch (error) {
    if (error instanceof TransferError) return error;
    throw error;
  } finally {
    await store?.close();
  }
}

describe('a store after a loss of power', () => {
  it('cut at any place of its log, has every fact that was acknowledged before, and none that never was', async () => {
    const torn = await tornStore();
    const keys = torn.acknowledged.map(({ key }) => key);
    for (let cut = 0; cut <= torn.wal.length; cut += 512) {
      const found = await keysAfter(torn, torn.wal.subarray(0, cut));
      if (found instanceof TransferError) throw found;
      const safe = torn.acknowledged.filter(({ walBytes }) => walBytes <= cut).length;
      expect(found.length, `cut at ${cut}`).toBeGreaterThanOrEqual(safe);
      expect(found, `cut at ${cut}`).toEqual(keys.slice(0, found.length));
    }
  });

  it('with flipped bits in the end of its log, has the facts before them or is refused', async () => {
    const torn = await tornStore();
    const keys = torn.acknowledged.map(({ key }) => key);
    for (let back = 1; back < 60_000 && back < torn.wal.length; back += 1511) {
      const at = torn.wal.length - back;
      const flipped = Buffer.from(torn.wal);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (back % 8));
      const found = await keysAfter(torn, flipped);
      if (found instanceof TransferError) {
        expect(found.code).toBe('STORE_DAMAGED');
        continue;
      }
      const safe = torn.acknowledged.filter(({ walBytes }) => walBytes <= at).length;
      expect(found.length, `flipped at ${at}`).toBeGreaterThanOrEqual(safe);
      expect(found, `flipped at ${at}`).toEqual(keys.slice(0, found.length));
    }
  });
});

describe('a file that is no sound store', () => {
  it('is refused in words when it is damaged, of another program or of a newer version', async () => {
    const folder = await temporaryFolder();
    const sound = join(folder, 'sound.sqlite');
    await (await open(sound)).close();
    const damaged = join(folder, 'damaged.sqlite');
    await writeFile(damaged, Buffer.alloc(20_000, 'no store at all '));
    const newer = join(folder, 'newer.sqlite');
    await copyFile(sound, newer);
    pragma(newer, 'user_version = 99');
    const foreign = join(folder, 'foreign.sqlite');
    pragma(foreign, 'user_version = 3');
    for (const [file, words] of [
      [damaged, 'no store'],
      [newer, 'version 99, which is newer than this program'],
      [foreign, 'another program'],
    ] as const) {
      const refusal = { code: 'STORE_DAMAGED', message: expect.stringContaining(words) as string };
      await expect(open(file), file).rejects.toMatchObject(refusal);
    }
  });

  it('that is not there is NOT_FOUND for a reader, and none is made', async () => {
    const file = join(await temporaryFolder(), 'none', 'store.sqlite');
    await expect(openSqliteStore({ file, access: 'read', platform })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is told by its check, and by whatever reads the damaged part', async () => {
    const file = join(await temporaryFolder(), 'store.sqlite');
    const store = await open(file);
    await store.runs.create([newRun()]);
    await store.close();
    const page = rootPageOf(file, 'runs');
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0, (page - 1) * PAGE_BYTES, page * PAGE_BYTES));
    const reader = await openSqliteStore({ file, access: 'read', platform });
    await expect(reader.runs.get(1)).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
    expect((await reader.upkeep.check()).length).toBeGreaterThan(0);
    await reader.close();
  });

  it('finds contradictions when it is checked', async () => {
    const file = join(await temporaryFolder(), 'store.sqlite');
    const store = await open(file);
    await store.runs.create([newRun()]);
    await store.close();
    const database = new Database(file);
    database.exec(`UPDATE runs SET state = 'running'; DELETE FROM rule_revisions; DELETE FROM events`);
    database.exec(`UPDATE run_counts SET count = 7 WHERE state = 'waiting'`);
    database.close();
    const reader = await openSqliteStore({ file, access: 'read', platform });
    expect((await reader.upkeep.check()).join('\n')).toMatch(
      /running without a lease[^]*revision[^]*event key[^]*count of runs/,
    );
    await reader.close();
  });
});

describe('files of a store', () => {
  it.skipIf(process.platform === 'win32')('are for their owner alone, and a back-up too', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'state', 'store.sqlite');
    const store = await open(file);
    await store.runs.create([newRun()]);
    const backup = join(folder, 'backup.sqlite');
    await store.upkeep.backup(backup);
    await store.upkeep.backup(backup);
    for (const each of [file, `${file}-wal`, `${file}-shm`, `${file}-lock`, backup])
      expect(((await stat(each)).mode & 0o777).toString(8), each).toBe('600');
    expect(((await stat(join(folder, 'state'))).mode & 0o777).toString(8)).toBe('700');
    const other = join(folder, 'notes.txt');
    await writeFile(other, 'mine');
    for (const target of [other, file, folder])
      await expect(store.upkeep.backup(target)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(store.upkeep.backup(join(folder, 'none', 'b'))).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
    expect(await readFile(other, 'utf8')).toBe('mine');
    await store.close();
  });
});

describe('a full disk', () => {
  it('refuses writes, keeps what was acknowledged, and goes on when there is room again', async () => {
    const folder = await smallDisk();
    const file = join(folder, 'store.sqlite');
    const store = await open(file);
    const kept: number[] = [];
    const failure = await fillUp(store, kept);
    expect(failure).toMatchObject({ code: 'STORE_FAILED', phase: 'store' });
    expect(failure.message).toMatch(/disk/);
    const found = await store.transfers.find(undefined, { limit: 10_000 });
    expect(found.map(({ id }) => id).reverse()).toEqual(kept);
    execFileSync('mount', ['-o', 'remount,size=16m', folder]);
    kept.push(await store.transfers.add(newAttempt()));
    await store.close();
    const again = await open(file);
    expect((await again.transfers.find(undefined, { limit: 10_000 })).length).toBe(kept.length);
    expect(await again.upkeep.check()).toEqual([]);
    await again.close();
  });
});

async function fillUp(store: Store, kept: number[]): Promise<TransferError> {
  const attempt = newAttempt({ localPath: `/${'x'.repeat(9000)}` });
  for (;;) {
    const added = await Promise.allSettled([1, 2, 3].map(() => store.transfers.add(attempt)));
    for (const each of added) if (each.status === 'fulfilled') kept.push(each.value);
    const failed = added.find(({ status }) => status === 'rejected');
    if (failed?.status !== 'rejected') continue;
    if (failed.reason instanceof TransferError) return failed.reason;
    throw failed.reason;
  }
}

/** A file system of 4 MiB in memory. */
async function smallDisk(): Promise<string> {
  const folder = await temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', [folder]));
  return folder;
}

function pragma(file: string, text: string): void {
  const database = new Database(file);
  database.pragma(text);
  database.exec('CREATE TABLE IF NOT EXISTS something (a)');
  database.close();
}

/** The first page of a table, counted from 1. */
function rootPageOf(file: string, table: string): number {
  const database = new Database(file, { readonly: true });
  const root = database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table);
  database.close();
  return Number(root);
}
