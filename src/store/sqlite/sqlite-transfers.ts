import type { Query } from '../../client-log/query/query.js';
import type { AttemptRecord, NewAttempt, TransferStore } from '../transfer-store.js';
import { attemptOf, readRecordOf, STORE_LOG, type AttemptRow } from './attempt-row.js';
import { prepareAttempts } from './attempt-statements.js';
import type { Endpoints } from './endpoints.js';
import { nextTurn } from './present.js';
import type { RuleNames } from './rule-names.js';
import type { StoreFile } from './store-file.js';

type Page = Parameters<TransferStore['find']>[1];

const PAGE = 1000;

/** Attempts at files, and whether their lines stand in the log. */
export class SqliteTransfers implements TransferStore {
  readonly #store: StoreFile;
  readonly #rules: RuleNames;
  readonly #endpoints: Endpoints;
  readonly #sql: ReturnType<typeof prepareAttempts>;

  constructor(store: StoreFile, rules: RuleNames, endpoints: Endpoints) {
    this.#store = store;
    this.#rules = rules;
    this.#endpoints = endpoints;
    this.#sql = prepareAttempts(store);
  }

  add(attempt: NewAttempt): Promise<number> {
    return this.#store.write(() => {
      const { id } = this.#sql.add.run({
        run: attempt.run ?? null,
        step: attempt.step,
        rule: this.#rules.of(attempt.rule).id,
        endpoint: this.#endpoints.idOf(attempt),
        endedMs: attempt.endedMs,
        localPath: attempt.localPath,
        remotePath: attempt.remotePath,
        lastCode: attempt.lastCode,
        succeeded: attempt.succeeded ? 1 : 0,
        isLast: attempt.isLast ? 1 : 0,
        attemptNumber: attempt.attemptNumber,
        sizeBytes: attempt.sizeBytes ?? null,
        tookMs: attempt.tookMs ?? null,
        errorCode: attempt.errorCode ?? null,
        message: attempt.message ?? null,
      });
      return id;
    });
  }

  logged(ids: readonly number[]): Promise<void> {
    return this.#store.write(() => {
      for (const id of ids) this.#sql.logged.run({ id });
    });
  }

  unlogged(limit: number): Promise<readonly AttemptRecord[]> {
    return this.#store.read(() => this.#records(this.#sql.unlogged.all({ limit })));
  }

  ofRun(run: number): Promise<readonly AttemptRecord[]> {
    return this.#store.read(() => this.#records(this.#sql.ofRun.all({ run })));
  }

  async find(query: Query | undefined, { beforeId, limit }: Page): Promise<readonly AttemptRecord[]> {
    const found: AttemptRecord[] = [];
    let before = beforeId ?? Number.MAX_SAFE_INTEGER;
    while (found.length < limit) {
      const records = await this.#store.read(() =>
        this.#records(this.#sql.page.all({ before, limit: PAGE })),
      );
      for (const record of records) {
        if (found.length < limit && (query?.matches(readRecordOf(record), STORE_LOG) ?? true))
          found.push(record);
      }
      const last = records.at(-1);
      if (last === undefined) return found;
      before = last.id;
      await nextTurn();
    }
    return found;
  }

  #records(rows: readonly AttemptRow[]): readonly AttemptRecord[] {
    return rows.map((row) =>
      attemptOf(row, this.#endpoints.get(row.endpoint_id), this.#rules.nameOf(row.rule_id)),
    );
  }
}
