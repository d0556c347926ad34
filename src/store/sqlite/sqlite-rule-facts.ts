import type { QuarantinedFile, RunStore } from '../run-store.js';
import { present } from './present.js';
import { prepareRuleFacts } from './rule-fact-statements.js';
import type { RuleNames } from './rule-names.js';
import type { StoreFile } from './store-file.js';

type RuleFacts = Pick<
  RunStore,
  | 'countNothing'
  | 'nothingCounts'
  | 'pause'
  | 'pauses'
  | 'countFileFailure'
  | 'clearFileFailures'
  | 'quarantine'
  | 'quarantined'
  | 'release'
>;

/** What is remembered of a rule beside its runs: what did nothing, pauses, files that fail. */
export class SqliteRuleFacts implements RuleFacts {
  readonly #store: StoreFile;
  readonly #rules: RuleNames;
  readonly #sql: ReturnType<typeof prepareRuleFacts>;

  constructor(store: StoreFile, rules: RuleNames) {
    this.#store = store;
    this.#rules = rules;
    this.#sql = prepareRuleFacts(store);
  }

  countNothing(rule: string, day: string, reason: string, count: number): Promise<void> {
    return this.#store.write(
      () => void this.#sql.countNothing.run({ rule: this.#rules.of(rule).id, day, reason, count }),
    );
  }

  nothingCounts(rule?: string): ReturnType<RunStore['nothingCounts']> {
    return this.#store.read(() =>
      this.#ofRule(this.#sql.nothingCounts.all({}), rule).map(({ rule_id, day, reason, count }) => ({
        rule: this.#rules.nameOf(rule_id),
        day,
        reason,
        count,
      })),
    );
  }

  pause(rule: string, pause: Parameters<RunStore['pause']>[1]): Promise<void> {
    return this.#store.write(() => {
      const { id } = this.#rules.of(rule);
      if (pause === undefined) this.#sql.unpause.run({ rule: id });
      else {
        const { reason, by, untilMs = null } = pause;
        this.#sql.pause.run({ rule: id, reason, by, untilMs });
      }
    });
  }

  pauses(): ReturnType<RunStore['pauses']> {
    type Pause = Awaited<ReturnType<RunStore['pauses']>>[number];
    return this.#store.read(() =>
      this.#sql.pauses.all({}).map((row) =>
        present<Pause>({
          rule: this.#rules.nameOf(row.rule_id),
          untilMs: row.until_ms,
          reason: row.reason,
          by: row.paused_by,
        }),
      ),
    );
  }

  countFileFailure(rule: string, fileKey: string, reason: string, nowMs: number): Promise<number> {
    return this.#store.write(() => {
      const key = { rule: this.#rules.of(rule).id, key: fileKey };
      this.#sql.countFailure.run({ ...key, reason, nowMs });
      return this.#sql.failures.get(key)?.failures ?? 0;
    });
  }

  clearFileFailures(rule: string, fileKey: string): Promise<void> {
    return this.#store.write(() => {
      const known = this.#rules.find(rule);
      if (known !== undefined) this.#sql.clearFailures.run({ rule: known.id, key: fileKey });
    });
  }

  quarantine(entry: QuarantinedFile): Promise<void> {
    return this.#store.write(
      () => void this.#sql.quarantine.run({ ...entry, rule: this.#rules.of(entry.rule).id }),
    );
  }

  quarantined(rule?: string): Promise<readonly QuarantinedFile[]> {
    return this.#store.read(() =>
      this.#ofRule(this.#sql.quarantined.all({}), rule).map((row) => ({
        rule: this.#rules.nameOf(row.rule_id),
        fileKey: row.file_key,
        path: row.path,
        reason: row.reason,
        failures: row.failures,
        sinceMs: row.since_ms,
      })),
    );
  }

  release(rule: string, fileKey: string): Promise<boolean> {
    return this.#store.write(() => {
      const known = this.#rules.find(rule);
      if (known === undefined) return false;
      const key = { rule: known.id, key: fileKey };
      if (this.#sql.release.run(key).changes === 0) return false;
      this.#sql.clearFailures.run(key);
      this.#sql.forgetEvent.run(key);
      return true;
    });
  }

  #ofRule<Row extends { readonly rule_id: number }>(rows: readonly Row[], rule: string | undefined) {
    if (rule === undefined) return rows;
    const id = this.#rules.find(rule)?.id;
    return rows.filter(({ rule_id }) => rule_id === id);
  }
}
