import type { PruneCounts, Retention } from '../store-upkeep.js';
import { nextTurn } from './present.js';
import { preparePrune, type Cutoffs } from './prune-statements.js';
import type { RuleNames } from './rule-names.js';
import type { StoreFile } from './store-file.js';

const DAY_MS = 86_400_000;
/** So many rows are looked at, and removed in one write, before others have their turn. */
const PIECE = 256;

/** Some rows of a table in their order: which ones go, and where the next ones begin. */
interface Piece<Key> {
  readonly old: readonly Key[];
  readonly last: Key | undefined;
}

/** Takes out what is older than it is to be kept. */
export class Prune {
  readonly #store: StoreFile;
  readonly #rules: RuleNames;
  readonly #sql: ReturnType<typeof preparePrune>;

  constructor(store: StoreFile, rules: RuleNames) {
    this.#store = store;
    this.#rules = rules;
    this.#sql = preparePrune(store);
  }

  async count(retention: Retention, nowMs: number): Promise<PruneCounts> {
    const cutoffs = cutoffsOf(retention, nowMs);
    return this.#store.read(() => ({
      runs: this.#sql.countRuns.get(cutoffs)?.count ?? 0,
      attempts: this.#sql.countAttempts.get(cutoffs)?.count ?? 0,
    }));
  }

  /** Runs first: attempts, events and deliveries stay as long as their run. */
  async prune(retention: Retention, nowMs: number): Promise<PruneCounts> {
    const cutoffs = cutoffsOf(retention, nowMs);
    const runs = await this.#removeRuns(cutoffs);
    const attempts = await this.#removeAttempts(cutoffs);
    await this.#removeEvents(cutoffs);
    await this.#removeDeliveries(cutoffs);
    await this.#store.write(() => {
      for (const each of ['alarms', 'audits', 'nonces', 'failures', 'nothing'] as const)
        this.#sql[each].run(cutoffs);
      this.#sql.removeSpans.run({});
    });
    return { runs, attempts };
  }

  #removeRuns(cutoffs: Cutoffs): Promise<number> {
    return this.#walk(0, {
      next: (after) => pieceOf(this.#sql.runs.all({ ...cutoffs, after, limit: PIECE })),
      remove: (id) => void this.#sql.removeRun.run({ id }),
    });
  }

  #removeAttempts(cutoffs: Cutoffs): Promise<number> {
    return this.#walk(0, {
      next: (after) => pieceOf(this.#sql.attempts.all({ ...cutoffs, after, limit: PIECE })),
      remove: (id) => {
        this.#sql.removeAttempt.run({ id });
        this.#sql.removeWords.run({ id });
      },
    });
  }

  async #removeEvents(cutoffs: Cutoffs): Promise<void> {
    for (const { id: rule } of await this.#store.read(() => this.#rules.all())) {
      await this.#walk('', {
        next: (after) => {
          const rows = this.#sql.events.all({ ...cutoffs, rule, after, limit: PIECE });
          return pieceOf(rows.map(({ key, old }) => ({ id: key, old })));
        },
        remove: (key) => void this.#sql.removeEvent.run({ rule, key }),
      });
    }
  }

  #removeDeliveries(cutoffs: Cutoffs): Promise<number> {
    return this.#walk(0, {
      next: (after) => pieceOf(this.#sql.deliveries.all({ ...cutoffs, after, limit: PIECE })),
      remove: (id) => void this.#sql.removeDelivery.run({ id }),
    });
  }

  /** Asks again within the write: what was old may have been seen meanwhile. */
  async #walk<Key>(
    first: Key,
    table: { readonly next: (after: Key) => Piece<Key>; readonly remove: (key: Key) => void },
  ): Promise<number> {
    let after = first;
    let removed = 0;
    for (;;) {
      const piece = await this.#store.read(() => table.next(after));
      if (piece.last === undefined) return removed;
      if (piece.old.length > 0) {
        removed += await this.#store.write(() => {
          const { old } = table.next(after);
          for (const key of old) table.remove(key);
          return old.length;
        });
      }
      after = piece.last;
      await nextTurn();
    }
  }
}

function pieceOf<Key>(rows: readonly { readonly id: Key; readonly old: number }[]): Piece<Key> {
  return { old: rows.filter(({ old }) => old === 1).map(({ id }) => id), last: rows.at(-1)?.id };
}

function cutoffsOf(retention: Retention, nowMs: number): Cutoffs {
  const { keepFailuresMs, keepSuccessesMs, keepAuditMs } = retention;
  return {
    failedMs: nowMs - keepFailuresMs,
    succeededMs: nowMs - keepSuccessesMs,
    auditMs: nowMs - keepAuditMs,
    keptDays: Math.ceil(Math.max(keepFailuresMs, keepSuccessesMs) / DAY_MS),
  };
}
