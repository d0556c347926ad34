import { dirname } from 'node:path';
import type { Files } from '../../core/files.js';
import type { Platform } from '../../core/platform.js';
import type { Store } from '../store.js';
import { InstanceLock, lockPath } from './instance-lock.js';
import { expectNewest, migrate } from './migrate.js';
import { sqliteStore } from './sqlite-store.js';
import { storeFailure } from './store-error.js';
import { StoreFile, type StoreAccess } from './store-file.js';

export interface SqliteStoreOptions {
  /** Absolute path of the store. */
  readonly file: string;
  /**
   * `write`: the one process that owns it; makes it where there is none, and brings it to the newest version. `read`:
   * beside that process, without its lock; every writing method rejects.
   */
  readonly access: StoreAccess;
  readonly platform: Pick<Platform, 'clock' | 'files' | 'host' | 'random'>;
}

/**
 * Opens the store. Rejects with STORE_BUSY (another process has it open for writing), STORE_DAMAGED (damaged, of another
 * program or of a newer version), NOT_FOUND and STORE_OUTDATED (`read`: there is none, or an older one) and STORE_FAILED.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  return options.access === 'read' ? openForReading(options) : openForWriting(options);
}

async function openForReading({ file, platform }: SqliteStoreOptions): Promise<Store> {
  await expectFile(file, platform);
  const store = new StoreFile({ file, access: 'read', monotonicMs: () => platform.clock.monotonicMs() });
  try {
    expectNewest(store);
    return sqliteStore(store, platform);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openForWriting({ file, platform }: SqliteStoreOptions): Promise<Store> {
  const { clock, host } = platform;
  await makePrivate(file, platform);
  const lock = InstanceLock.take({ file, host, nowMs: clock.now() });
  try {
    const store = new StoreFile({
      file,
      access: 'write',
      monotonicMs: () => clock.monotonicMs(),
      pause: (pauseMs) => clock.sleep(pauseMs),
    });
    try {
      const isNew = migrate(store) === 0;
      const parts = sqliteStore(store, platform);
      return { ...parts, isNew, close: () => parts.close().finally(() => lock.release()) };
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function expectFile(file: string, { files }: Pick<Platform, 'files'>): Promise<void> {
  try {
    await files.stat(file);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw storeFailure(file, {
      code: isMissing ? 'NOT_FOUND' : 'STORE_FAILED',
      problem: isMissing ? 'there is none yet' : 'it cannot be looked at',
      advice: isMissing ? 'The daemon makes it when it first starts: tally daemon.' : ADVICE_RIGHTS,
      cause: error,
    });
  }
}

const ADVICE_RIGHTS = 'Check the rights of this account on the file and its folder.';

/** SQLite gives its other files the rights of the first one. */
async function makePrivate(file: string, { files }: Pick<Platform, 'files'>): Promise<void> {
  try {
    await files.makeFolder(dirname(file), { recursive: true, isPrivate: true });
    for (const path of [file, lockPath(file)]) await makeFile(path, files);
  } catch (error) {
    throw storeFailure(file, {
      code: 'STORE_FAILED',
      problem: `its file cannot be made (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
      advice: ADVICE_RIGHTS,
      cause: error,
    });
  }
}

/** Never opens one that is there: closing it again would let go of the locks that this process has on it. */
async function makeFile(path: string, files: Files): Promise<void> {
  try {
    await files.stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const made = await files.open(path, 'create', { isPrivate: true });
    await made.close();
  }
}
