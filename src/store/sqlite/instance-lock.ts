import Database from 'better-sqlite3';
import type { HostFacts } from '../../core/platform.js';
import { printable } from '../../core/printable.js';
import { storeError, storeFailure } from './store-error.js';

/** Who has a store open for writing. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since_ms: number;
}

export interface LockOptions {
  /** The store that is locked; the lock stands in a small file beside it. */
  readonly file: string;
  readonly host: Pick<HostFacts, 'pid' | 'hostName'>;
  readonly nowMs: number;
}

/**
 * One process to a store. An open write transaction on a database of its own: the system lets go of it when the process
 * ends, however it ends, and others can still read who holds it.
 */
export class InstanceLock {
  readonly #database: Database.Database;

  private constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Throws STORE_BUSY, naming who has the store. */
  static take(options: LockOptions): InstanceLock {
    const path = lockPath(options.file);
    try {
      const database = new Database(path, { timeout: 0 });
      try {
        hold(database, options);
        return new InstanceLock(database);
      } catch (error) {
        const refusal = isBusy(error) ? busyError(options.file, holderOf(database)) : error;
        database.close();
        throw refusal;
      }
    } catch (error) {
      throw storeError(error, path);
    }
  }

  /** Idempotent. */
  release(): void {
    this.#database.close();
  }
}

export function lockPath(file: string): string {
  return `${file}-lock`;
}

/** The second transaction stays open without a change, so that the first one's row can be read. */
function hold(database: Database.Database, { host, nowMs }: LockOptions): void {
  database
    .transaction(() => {
      database.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, since_ms INTEGER)');
      database.exec('DELETE FROM holder');
      database.prepare('INSERT INTO holder VALUES (?, ?, ?)').run(host.pid, host.hostName, nowMs);
    })
    .immediate();
  database.exec('BEGIN IMMEDIATE');
}

function holderOf(database: Database.Database): Holder | undefined {
  try {
    return database.prepare<[], Holder>('SELECT pid, host, since_ms FROM holder').get();
  } catch (error) {
    // It is being written at this moment.
    if (isBusy(error)) return undefined;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  return String((error as { readonly code?: unknown } | undefined)?.code).startsWith('SQLITE_BUSY');
}

function busyError(file: string, holder: Holder | undefined): Error {
  const who =
    holder === undefined
      ? 'another process'
      : `process ${holder.pid} on ${printable(holder.host)}, since ${new Date(holder.since_ms).toISOString()}`;
  return storeFailure(file, { code: 'STORE_BUSY', problem: `it is open already: ${who}` });
}
