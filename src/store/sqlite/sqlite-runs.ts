import { TransferError } from '../../core/transfer-error.js';
import type { NewRun, RunFilter, RunRecord, RunState, RunStore, StepRecord } from '../run-store.js';
import { toJson } from './present.js';
import type { RuleNames } from './rule-names.js';
import { runOf, stepOf, type RunRow } from './run-row.js';
import { prepareRuns } from './run-statements.js';
import { SqliteRuleFacts } from './sqlite-rule-facts.js';
import { sqlBuilder, Statement } from './statement.js';
import type { StoreFile } from './store-file.js';

type RunEnd = Parameters<RunStore['end']>[2];
type Waiting = Parameters<RunStore['waiting']>[0];

/** Runs and their steps; what belongs to rules as a whole stands in SqliteRuleFacts. */
export class SqliteRuns extends SqliteRuleFacts implements RunStore {
  readonly #store: StoreFile;
  readonly #rules: RuleNames;
  readonly #sql: ReturnType<typeof prepareRuns>;

  constructor(store: StoreFile, rules: RuleNames) {
    super(store, rules);
    this.#store = store;
    this.#rules = rules;
    this.#sql = prepareRuns(store);
  }

  create(runs: readonly NewRun[]): Promise<readonly (number | undefined)[]> {
    return this.#store.write(() => runs.map((run) => this.#add(run)));
  }

  get(id: number): Promise<RunRecord | undefined> {
    return this.#store.read(() => this.#record(this.#sql.get.get({ id })));
  }

  list(filter: RunFilter): Promise<readonly RunRecord[]> {
    return this.#store.read(() => {
      const rule = filter.rule === undefined ? undefined : this.#rules.find(filter.rule);
      if (filter.rule !== undefined && rule === undefined) return [];
      let query = sqlBuilder.selectFrom('runs').selectAll().orderBy('id', 'desc').limit(filter.limit);
      if (rule !== undefined) query = query.where('rule_id', '=', rule.id);
      if (filter.states !== undefined) query = query.where('state', 'in', [...filter.states]);
      if (filter.sinceMs !== undefined) query = query.where('created_ms', '>=', filter.sinceMs);
      if (filter.untilMs !== undefined) query = query.where('created_ms', '<', filter.untilMs);
      if (filter.beforeId !== undefined) query = query.where('id', '<', filter.beforeId);
      return this.#records(new Statement(this.#store.database, query).all({}));
    });
  }

  counts(): ReturnType<RunStore['counts']> {
    return this.#store.read(() =>
      this.#sql.counts.all({}).map(({ rule_id, state, count }) => ({
        rule: this.#rules.nameOf(rule_id),
        state: state as RunState,
        count,
      })),
    );
  }

  ruleOf(rule: string, revision: string): Promise<string | undefined> {
    return this.#store.read(() => {
      const known = this.#rules.find(rule);
      if (known === undefined) return undefined;
      return this.#sql.revision.get({ rule: known.id, revision })?.rule_json;
    });
  }

  waiting(options: Waiting): Promise<readonly RunRecord[]> {
    const { nowMs, limit } = options;
    return this.#store.read(() => {
      const rows = this.#rulesWithWaiting(options).flatMap((rule) =>
        this.#sql.waitingOf.all({ rule, nowMs, limit }),
      );
      return this.#records(rows.sort((one, other) => one.id - other.id).slice(0, limit));
    });
  }

  nextDueMs(rule: string): Promise<number | undefined> {
    return this.#store.read(() => {
      const known = this.#rules.find(rule);
      if (known === undefined) return undefined;
      return this.#sql.nextDue.get({ rule: known.id })?.due ?? undefined;
    });
  }

  ofEvent(rule: string, eventKey: string): Promise<RunRecord | undefined> {
    return this.#store.read(() => {
      const known = this.#rules.find(rule);
      if (known === undefined) return undefined;
      return this.#record(this.#sql.eventRun.get({ rule: known.id, key: eventKey }));
    });
  }

  claim(id: number, owner: string, nowMs: number, untilMs: number): Promise<RunRecord | undefined> {
    return this.#store.write(() => {
      const { changes } = this.#sql.claim.run({ id, owner, nowMs, untilMs });
      return changes === 0 ? undefined : this.#record(this.#sql.get.get({ id }));
    });
  }

  heartbeat(owner: string, ids: readonly number[], untilMs: number): Promise<void> {
    return this.#store.write(() => {
      for (const id of ids) this.#sql.heartbeat.run({ id, owner, untilMs });
    });
  }

  abandoned(nowMs: number): Promise<readonly RunRecord[]> {
    return this.#store.read(() => this.#records(this.#sql.abandoned.all({ nowMs })));
  }

  giveBack(id: number, fence: number, reason: string, notBeforeMs: number): Promise<void> {
    return this.#store.write(() => {
      const { changes } = this.#sql.giveBack.run({ id, fence, reason, notBeforeMs });
      if (changes === 0) throw this.#staleLease(id, fence);
    });
  }

  end(id: number, fence: number, end: RunEnd): Promise<void> {
    return this.#store.write(() => {
      const errorCode = end.errorCode ?? null;
      const { changes } = this.#sql.end.run({ id, fence, ...end, errorCode });
      if (changes === 0) throw this.#staleLease(id, fence);
    });
  }

  askCancel(id: number): Promise<boolean> {
    return this.#store.write(() => this.#sql.askCancel.run({ id }).changes > 0);
  }

  saveStep(step: StepRecord, fence: number): Promise<void> {
    return this.#store.write(() => {
      const run = this.#sql.lease.get({ id: step.run });
      if (run?.fence !== fence || run.state !== 'running') throw this.#staleLease(step.run, fence);
      this.#sql.saveStep.run({
        ...step,
        endedMs: step.endedMs ?? null,
        result: step.result ?? null,
        errorCode: step.errorCode ?? null,
        detail: toJson(step.detail),
      });
    });
  }

  steps(run: number): Promise<readonly StepRecord[]> {
    return this.#store.read(() => this.#sql.steps.all({ run }).map(stepOf));
  }

  #add(run: NewRun): number | undefined {
    const rule = this.#rules.of(run.rule);
    const key = { rule: rule.id, key: run.eventKey };
    if (this.#sql.addEvent.run({ ...key, nowMs: run.createdMs, day: rule.scanDays }).changes === 0)
      return undefined;
    this.#sql.addRevision.run({ rule: rule.id, revision: run.revision, ruleJson: run.ruleJson });
    const { id } = this.#sql.add.run({
      rule: rule.id,
      revision: run.revision,
      event: toJson(run.event) ?? 'null',
      eventKey: run.eventKey,
      trigger: run.trigger,
      state: run.state,
      reason: run.reason ?? null,
      isShadow: run.isShadow ? 1 : 0,
      createdMs: run.createdMs,
      notBeforeMs: run.notBeforeMs ?? null,
      parentRun: run.parentRun ?? null,
      retryRun: run.retryOf?.run ?? null,
      retryStep: run.retryOf?.fromStep ?? null,
      askedBy: run.askedBy ?? null,
    });
    this.#sql.nameEventRun.run({ ...key, run: id });
    return id;
  }

  #rulesWithWaiting({ withoutRules, onlyRules }: Waiting): readonly number[] {
    const without = new Set(withoutRules);
    const only = onlyRules === undefined ? undefined : new Set(onlyRules);
    return this.#sql.counts
      .all({})
      .filter(({ state }) => state === 'waiting')
      .filter(({ rule_id }) => {
        const name = this.#rules.nameOf(rule_id);
        return !without.has(name) && (only?.has(name) ?? true);
      })
      .map(({ rule_id }) => rule_id);
  }

  #record(row: RunRow | undefined): RunRecord | undefined {
    return row === undefined ? undefined : runOf(row, this.#rules.nameOf(row.rule_id));
  }

  #records(rows: readonly RunRow[]): readonly RunRecord[] {
    return rows.map((row) => runOf(row, this.#rules.nameOf(row.rule_id)));
  }

  #staleLease(id: number, fence: number): TransferError {
    const run = this.#sql.get.get({ id });
    const now =
      run === undefined ? 'there is no such run' : `it is ${run.state} now, with fence ${run.fence}`;
    return new TransferError({
      code: 'STALE_LEASE',
      lastCode: -1,
      phase: 'store',
      message: `run ${id} is not ours any more (fence ${fence}): ${now}`,
    });
  }
}
