import type { Query } from '../../client-log/query/query.js';
import type { AttemptRecord, NewAttempt, TransferStore } from '../transfer-store.js';
import { attemptOf, type AttemptRow } from './attempt-row.js';
import { AttemptSearch } from './attempt-search.js';
import { attemptSpanOf } from './attempt-spans.js';
import { prepareAttempts } from './attempt-statements.js';
import type { Endpoints } from './endpoints.js';
import { PathIndex } from './path-index.js';
import type { RuleNames } from './rule-names.js';
import type { StoreFile } from './store-file.js';

type Page = Parameters<TransferStore['find']>[1];

/** Attempts at files, and whether their lines stand in the log. */
export class SqliteTransfers implements TransferStore {
  readonly #store: StoreFile;
  readonly #rules: RuleNames;
  readonly #endpoints: Endpoints;
  readonly #sql: ReturnType<typeof prepareAttempts>;
  readonly #search: AttemptSearch;
  readonly #index: PathIndex;

  constructor(store: StoreFile, rules: RuleNames, endpoints: Endpoints) {
    this.#store = store;
    this.#rules = rules;
    this.#endpoints = endpoints;
    this.#sql = prepareAttempts(store);
    this.#index = new PathIndex(store);
    this.#search = new AttemptSearch({
      store,
      endpoints,
      rules,
      attempts: this.#sql,
      recordOf: (row) => this.#record(row),
    });
  }

  async add(attempt: NewAttempt): Promise<number> {
    const added = await this.#store.write(() => {
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
      this.#sql.addToSpan.run({ span: attemptSpanOf.span(id), endedMs: attempt.endedMs });
      return id;
    });
    this.#index.added();
    return added;
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

  find(query: Query | undefined, { beforeId, limit }: Page): Promise<readonly AttemptRecord[]> {
    return this.#search.find(query, beforeId ?? Number.MAX_SAFE_INTEGER, limit);
  }

  #records(rows: readonly AttemptRow[]): readonly AttemptRecord[] {
    return rows.map((row) => this.#record(row));
  }

  #record(row: AttemptRow): AttemptRecord {
    return attemptOf(row, this.#endpoints.get(row.endpoint_id), this.#rules.nameOf(row.rule_id));
  }
}
