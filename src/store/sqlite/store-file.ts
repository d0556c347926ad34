import Database from 'better-sqlite3';
import { GroupCommit } from './group-commit.js';
import { storeError, storeFailure } from './store-error.js';

/** How a store's file is opened: `write` for the one process that owns it, `read` beside it. */
export type StoreAccess = 'read' | 'write';

export interface StoreFileOptions {
  /** Absolute path, or `:memory:`. */
  readonly file: string;
  readonly access: StoreAccess;
  readonly monotonicMs: () => number;
  /** As of `GroupCommit`. */
  readonly pause?: (pauseMs: number) => Promise<void>;
}

const BUSY_MS = 5000;
const CACHE_KIB = 64 * 1024;
const KEPT_WAL_BYTES = 64 * 1024 * 1024;
/** So many pages wait before they are carried over into the file (32 MiB): each page goes there less often. */
const CHECKPOINT_PAGES = 8 * 1024;

/** An open SQLite file: reads at once, writes in groups. Whatever it meets is a TransferError that names it. */
export class StoreFile {
  readonly path: string;
  readonly database: Database.Database;
  readonly access: StoreAccess;
  readonly #commits: GroupCommit;
  readonly #forget: (() => void)[] = [];
  #closing: Promise<void> | undefined;

  /** Throws a TransferError. */
  constructor({ file, access, monotonicMs, pause }: StoreFileOptions) {
    this.path = file;
    this.access = access;
    this.database = this.guard(() => openDatabase(file, access));
    const rolledBack = () => {
      for (const forget of this.#forget) forget();
    };
    this.#commits = new GroupCommit({ database: this.database, monotonicMs, pause, rolledBack });
  }

  /** Called when writes were taken back: forget what was remembered of them. */
  onRollback(forget: () => void): void {
    this.#forget.push(forget);
  }

  /** Everything that was resolved before is seen. `work` does not wait for anything. */
  async read<T>(work: () => T): Promise<T> {
    return this.guard(() => {
      this.#throwIfClosed();
      return work();
    });
  }

  /** Resolves once the facts are on the disk; when it rejects none of them is kept. `work` does not wait for anything. */
  async write<T>(work: () => T): Promise<T> {
    this.guard(() => this.#throwIfUnwritable());
    try {
      return await this.#commits.write(work);
    } catch (error) {
      throw storeError(error, this.path);
    }
  }

  /** Runs it at once; what SQLite throws becomes a TransferError. */
  guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storeError(error, this.path);
    }
  }

  /** Waits for what is being written. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#commits.idle().then(() => void this.guard(() => this.database.close()));
    return this.#closing;
  }

  #throwIfClosed(): void {
    if (this.#closing === undefined) return;
    throw storeFailure(this.path, { code: 'CLOSED', problem: 'it is closed already' });
  }

  #throwIfUnwritable(): void {
    this.#throwIfClosed();
    if (this.access === 'write') return;
    throw storeFailure(this.path, { code: 'STORE_FAILED', problem: 'it was opened for reading only' });
  }
}

function openDatabase(file: string, access: StoreAccess): Database.Database {
  const database = new Database(file, {
    timeout: BUSY_MS,
    ...(access === 'read' ? { readonly: true, fileMustExist: true } : {}),
  });
  try {
    database.pragma('foreign_keys = ON');
    database.pragma(`cache_size = -${CACHE_KIB}`);
    database.pragma('temp_store = MEMORY');
    if (access === 'write') {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma(`journal_size_limit = ${KEPT_WAL_BYTES}`);
      database.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
