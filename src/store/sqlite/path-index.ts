import { sql } from 'kysely';
import { indexedPaths } from './path-words.js';
import { statement, type Bind } from './statement.js';
import type { StoreFile } from './store-file.js';

/** So many attempts are indexed in one write: small ones by themselves would cost ten times as much. */
const PIECE = 256;

/** Keeps the index of words in paths some attempts behind: whoever looks for words looks at the newest ones themselves. */
export class PathIndex {
  readonly #store: StoreFile;
  readonly #sql: ReturnType<typeof prepare>;
  #waiting = PIECE;
  #isWorking = false;

  constructor(store: StoreFile) {
    this.#store = store;
    this.#sql = prepare(store);
  }

  /** Called when an attempt was added. */
  added(): void {
    this.#waiting += 1;
    if (this.#waiting < PIECE || this.#isWorking) return;
    this.#isWorking = true;
    void this.#work();
  }

  /** A failure is left for the next time: nothing but time is lost. */
  async #work(): Promise<void> {
    try {
      while (this.#waiting >= PIECE) {
        this.#waiting = await this.#store.write(() => this.#indexPiece());
      }
    } catch {
      this.#waiting = 0;
    } finally {
      this.#isWorking = false;
    }
  }

  /** How many are still to be indexed, as far as it matters. */
  #indexPiece(): number {
    const from = (this.#sql.indexedUpTo.get({})?.id ?? 0) + 1;
    const rows = this.#sql.next.all({ from, limit: PIECE * 2 });
    if (rows.length < PIECE) return rows.length;
    for (const row of rows.slice(0, PIECE)) {
      this.#sql.add.run({ id: row.id, paths: indexedPaths(row.local_path, row.remote_path) });
    }
    return rows.length - PIECE;
  }
}

function prepare({ database }: StoreFile) {
  return {
    indexedUpTo: statement(database, (from) =>
      from.selectFrom('attempt_words_docsize').select((each) => each.fn.max<number | null>('id').as('id')),
    ),
    next: statement(database, (from, bind: Bind<{ from: number; limit: number }>) =>
      from
        .selectFrom('attempts')
        .select(['id', 'local_path', 'remote_path'])
        .where('id', '>=', bind('from'))
        .orderBy('id')
        .limit(bind('limit')),
    ),
    add: statement(database, (from, bind: Bind<{ id: number; paths: string }>) => ({
      compile: () =>
        sql<never>`INSERT INTO attempt_words (rowid, paths) VALUES (${bind('id')}, ${bind('paths')})`.compile(
          from,
        ),
    })),
  };
}
