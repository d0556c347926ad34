import type SqliteDatabase from 'better-sqlite3';

/** One transaction takes in at most so many writes, and no new one after so long: others want the thread too. */
const MOST_WRITES = 512;
const LONGEST_MS = 20;
/**
 * After a transaction the next one waits for more writes to share its flush, as long as more come, and the longer the
 * more came together in the last. So a lone write does not wait, and many at once cost few flushes.
 */
const PAUSE_PER_WRITE = 0.5;
const MOST_PAUSES = 8;
const LONGEST_PAUSE_MS = 20;
/** No write in so long: whoever works waits for this transaction. */
const QUIET_MS = 1;

interface Write {
  /** Runs it; gives what to call once it is on the disk. */
  readonly run: () => () => void;
  readonly fail: (thrown: unknown) => void;
}

export interface GroupCommitOptions {
  readonly database: SqliteDatabase.Database;
  readonly monotonicMs: () => number;
  /** Leaves the thread to others for so long; nothing is waited for where absent, as in memory, where a commit costs nothing. */
  readonly pause?: ((pauseMs: number) => Promise<void>) | undefined;
  /** Something was taken back: what was remembered of it is void. */
  readonly rolledBack: () => void;
}

/**
 * Puts writes that come together into one transaction, so that they share one flush of the disk. Each stands within a
 * savepoint: one that throws takes back its own facts and no others. A write is settled after COMMIT.
 */
export class GroupCommit {
  readonly #database: SqliteDatabase.Database;
  readonly #options: GroupCommitOptions;
  readonly #queue: Write[] = [];
  readonly #sql: Readonly<
    Record<'begin' | 'commit' | 'rollback' | 'save' | 'release' | 'undo', SqliteDatabase.Statement>
  >;
  #turn: Promise<void> | undefined;
  #nextAtMs = 0;

  constructor(options: GroupCommitOptions) {
    const { database } = options;
    this.#database = database;
    this.#options = options;
    this.#sql = {
      begin: database.prepare('BEGIN IMMEDIATE'),
      commit: database.prepare('COMMIT'),
      rollback: database.prepare('ROLLBACK'),
      save: database.prepare('SAVEPOINT one'),
      release: database.prepare('RELEASE one'),
      undo: database.prepare('ROLLBACK TO one'),
    };
  }

  /** Resolves with what `work` gave once it is on the disk; rejects with what it threw, or with what the commit met. */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = () => {
        const value = work();
        return () => resolve(value);
      };
      this.#queue.push({ run, fail: reject });
      this.#turn ??= this.#nextTurn();
    });
  }

  /** Resolves when nothing is left to write. */
  async idle(): Promise<void> {
    while (this.#turn !== undefined) await this.#turn;
  }

  async #nextTurn(): Promise<void> {
    await this.#gather();
    const { monotonicMs } = this.#options;
    const startMs = monotonicMs();
    const count = this.#commitBatch();
    const endMs = monotonicMs();
    const pauses = Math.min(count * PAUSE_PER_WRITE, MOST_PAUSES);
    this.#nextAtMs = endMs + Math.min((endMs - startMs) * pauses, LONGEST_PAUSE_MS);
    this.#turn = this.#queue.length > 0 ? this.#nextTurn() : undefined;
  }

  async #gather(): Promise<void> {
    const { monotonicMs, pause } = this.#options;
    await new Promise(setImmediate);
    while (pause !== undefined && this.#nextAtMs - monotonicMs() >= QUIET_MS) {
      const count = this.#queue.length;
      await pause(QUIET_MS);
      if (this.#queue.length === count) return;
    }
  }

  /** How many writes it took in. */
  #commitBatch(): number {
    const open: { readonly write: Write; readonly settle: () => void }[] = [];
    try {
      this.#sql.begin.run();
    } catch (error) {
      for (const write of this.#queue.splice(0)) write.fail(error);
      return 0;
    }
    try {
      this.#runWrites(open);
      this.#sql.commit.run();
    } catch (error) {
      if (this.#database.inTransaction) this.#sql.rollback.run();
      this.#options.rolledBack();
      for (const { write } of open) write.fail(error);
      return 0;
    }
    for (const { settle } of open) settle();
    return open.length;
  }

  #runWrites(open: { readonly write: Write; readonly settle: () => void }[]): void {
    const startMs = this.#options.monotonicMs();
    for (let count = 0; count < MOST_WRITES; count += 1) {
      if (count > 0 && this.#options.monotonicMs() - startMs > LONGEST_MS) return;
      const write = this.#queue.shift();
      if (write === undefined) return;
      try {
        this.#sql.save.run();
        open.push({ write, settle: write.run() });
      } catch (error) {
        write.fail(error);
        this.#options.rolledBack();
        // A full disk ends the whole transaction by itself; the writes before are lost with it.
        if (!this.#database.inTransaction) throw error;
        this.#sql.undo.run();
      }
      this.#sql.release.run();
    }
  }
}
