import { TransferError } from '../core/transfer-error.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { Rule } from '../rules/rule.js';
import type { RunRecord, RunStore } from '../store/run-store.js';

const KEPT = 500;

/** Rules as runs keep them: the one in force where the revision is the same, else from the store. */
export class FrozenRules {
  readonly #runs: RunStore;
  readonly #book: () => RuleBook;
  readonly #kept = new Map<string, Rule>();

  constructor(runs: RunStore, book: () => RuleBook) {
    this.#runs = runs;
    this.#book = book;
  }

  /** Rejects STORE_DAMAGED when the store has lost it. */
  async of(run: Pick<RunRecord, 'id' | 'rule' | 'revision'>): Promise<Rule> {
    const key = `${run.rule}\n${run.revision}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const rule = ruleOf(this.#book(), run.rule);
    const frozen = rule?.revision === run.revision ? rule : await this.#read(run);
    if (this.#kept.size >= KEPT) this.#kept.clear();
    this.#kept.set(key, frozen);
    return frozen;
  }

  async #read({ id, rule, revision }: Pick<RunRecord, 'id' | 'rule' | 'revision'>): Promise<Rule> {
    const json = await this.#runs.ruleOf(rule, revision);
    if (json !== undefined) return JSON.parse(json) as Rule;
    throw new TransferError({
      code: 'STORE_DAMAGED',
      lastCode: -1,
      phase: 'store',
      message: `run ${id}: the store has lost the rule ${rule} (revision ${revision}) that it began with`,
    });
  }
}

const byName = new WeakMap<RuleBook, ReadonlyMap<string, Rule>>();

/** The rule of that name, looked up quickly also among thousands. */
export function ruleOf(book: RuleBook, name: string): Rule | undefined {
  let names = byName.get(book);
  if (names === undefined) {
    names = new Map(book.rules.map((rule) => [rule.name, rule]));
    byName.set(book, names);
  }
  return names.get(name);
}

const jsonTexts = new WeakMap<Rule, string>();

/** The rule as JSON, made once. */
export function ruleJson(rule: Rule): string {
  let text = jsonTexts.get(rule);
  if (text === undefined) {
    text = JSON.stringify(rule);
    jsonTexts.set(rule, text);
  }
  return text;
}
