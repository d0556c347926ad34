import type { Selectable } from 'kysely';
import type { Proof, ProofFacts } from '../../core/outcome.js';
import type { Delivery, DeliveryKey, DeliveryState, LedgerStore } from '../ledger-store.js';
import { prepareLedger } from './ledger-statements.js';
import { fromJson, nextTurn, present, toJson } from './present.js';
import { pathMaskTest } from './path-mask.js';
import type { RuleNames } from './rule-names.js';
import { storeFailure } from './store-error.js';
import type { StoreFile } from './store-file.js';
import type { Tables } from './tables.js';

type DeliveryRow = Selectable<Tables['deliveries']>;
type Claim = Parameters<LedgerStore['claim']>[1];
type ClaimAnswer = Awaited<ReturnType<LedgerStore['claim']>>;
type Filter = Parameters<LedgerStore['find']>[0];

const PAGE = 1000;

/** What was delivered where. */
export class SqliteLedger implements LedgerStore {
  readonly #store: StoreFile;
  readonly #rules: RuleNames;
  readonly #sql: ReturnType<typeof prepareLedger>;

  constructor(store: StoreFile, rules: RuleNames) {
    this.#store = store;
    this.#rules = rules;
    this.#sql = prepareLedger(store);
  }

  claim(key: DeliveryKey, claim: Claim): Promise<ClaimAnswer> {
    return this.#store.write(() => {
      const { id: rule, claimDays: day } = this.#rules.countClaimDay(key.rule, claim.nowMs);
      const { source, sourceIdentity, target } = key;
      const row = this.#sql.ofKey.get({ rule, source, sourceIdentity, target });
      if (row === undefined) {
        const eventKey = this.#sql.eventKey.get({ run: claim.run })?.event_key ?? '';
        const { id } = this.#sql.add.run({ rule, source, sourceIdentity, target, ...claim, eventKey, day });
        return { kind: 'fresh', id };
      }
      return this.#claimAgain(row, claim, day);
    });
  }

  settle(id: number, facts: Parameters<LedgerStore['settle']>[1]): Promise<void> {
    return this.#store.write(() => {
      const { changes } = this.#sql.settle.run({
        id,
        state: facts.state,
        nowMs: facts.nowMs,
        bytes: facts.bytes ?? null,
        proof: facts.proof ?? null,
        proofFacts: toJson(facts.proofFacts),
        finalTarget: facts.finalTarget ?? null,
      });
      if (changes > 0) return;
      throw storeFailure(this.#store.path, {
        code: 'STORE_FAILED',
        problem: `there is no delivery ${id} to settle`,
      });
    });
  }

  ofTarget(rule: string, target: string): Promise<readonly Delivery[]> {
    return this.#store.read(() => {
      const known = this.#rules.find(rule);
      if (known === undefined) return [];
      return this.#deliveries(this.#sql.ofTarget.all({ rule: known.id, target }));
    });
  }

  ofRun(run: number): Promise<readonly Delivery[]> {
    return this.#store.read(() => this.#deliveries(this.#sql.ofRun.all({ run })));
  }

  async find({ rule, mask, beforeId, limit }: Filter): Promise<readonly Delivery[]> {
    const isMeant = mask === undefined ? () => true : pathMaskTest(mask);
    const found: Delivery[] = [];
    let before = beforeId ?? Number.MAX_SAFE_INTEGER;
    while (found.length < limit) {
      const rows = await this.#store.read(() => this.#page(rule, before));
      for (const row of rows) {
        if (found.length < limit && (isMeant(row.source) || isMeant(row.final_target)))
          found.push(...this.#deliveries([row]));
      }
      const last = rows.at(-1);
      if (rows.length < PAGE || last === undefined) return found;
      before = last.id;
      await nextTurn();
    }
    return found;
  }

  #page(rule: string | undefined, before: number): DeliveryRow[] {
    if (rule === undefined) return this.#sql.page.all({ before, limit: PAGE });
    const known = this.#rules.find(rule);
    if (known === undefined) return [];
    return this.#sql.pageOfRule.all({ rule: known.id, before, limit: PAGE });
  }

  #claimAgain(row: DeliveryRow, { run, step, nowMs }: Claim, day: number): ClaimAnswer {
    switch (row.state as DeliveryState) {
      case 'delivered':
      case 'disposed':
        if (row.seen_day < day) this.#sql.seen.run({ id: row.id, day });
        return { kind: 'delivered', delivery: this.#delivery(row) };
      case 'failed':
        this.#sql.takeOver.run({ id: row.id, run, step, nowMs, day });
        return { kind: 'fresh', id: row.id };
      case 'claimed': {
        const holder = row.run === run ? undefined : this.#sql.lease.get({ run: row.run });
        if (holder !== undefined && (holder.lease_until_ms ?? 0) > nowMs)
          return { kind: 'held', by: row.run };
        this.#sql.takeOver.run({ id: row.id, run, step, nowMs, day });
        return { kind: 'unsettled', id: row.id };
      }
    }
  }

  #deliveries(rows: readonly DeliveryRow[]): readonly Delivery[] {
    return rows.map((row) => this.#delivery(row));
  }

  #delivery(row: DeliveryRow): Delivery {
    return present<Delivery>({
      id: row.id,
      rule: this.#rules.nameOf(row.rule_id),
      source: row.source,
      sourceIdentity: row.source_identity,
      target: row.target,
      state: row.state as DeliveryState,
      run: row.run,
      step: row.step,
      claimedMs: row.claimed_ms,
      settledMs: row.settled_ms,
      bytes: row.bytes,
      proof: row.proof as Proof | null,
      proofFacts: fromJson(row.proof_facts) as ProofFacts | undefined,
      finalTarget: row.final_target === row.target ? null : row.final_target,
    });
  }
}
