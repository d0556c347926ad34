import type { RuleBook } from '../../rules/rule-book.js';
import type { Rule } from '../../rules/rule.js';
import type { Trigger } from '../../rules/triggers/trigger.js';
import type { TriggerSource } from '../../trigger-sources/trigger-source.js';

/** A trigger that has to be watched, with its place among those of its rule. */
export interface WatchedTrigger {
  readonly rule: Rule;
  readonly trigger: Trigger;
  readonly index: number;
  readonly book: RuleBook;
}

/** Undefined for triggers that nobody watches for: a webhook comes by the API, a sub-rule by its caller. */
export type MakeSource = (watched: WatchedTrigger) => TriggerSource | undefined;

interface RunningSources {
  /** What the sources were made from; another text makes new ones. */
  readonly mark: string;
  readonly sources: readonly TriggerSource[];
}

/** The sources of all enabled rules. A reload replaces those of rules that changed and leaves the others alone. */
export class RuleSources {
  readonly #make: MakeSource;
  readonly #running = new Map<string, RunningSources>();
  #turn: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(make: MakeSource) {
    this.#make = make;
  }

  /** Resolves when the sources of the book watch, and no others; after `stop` none does. */
  apply(book: RuleBook): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#isStopped) await this.#replace(book);
    });
  }

  /** For good: a reload that was under way begins none anew. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return this.#inTurn(async () => {
      await Promise.all([...this.#running.keys()].map((rule) => this.#end(rule)));
    });
  }

  /** A look at once at everything that this rule watches. */
  async lookNow(rule: string): Promise<void> {
    const sources = this.#running.get(rule)?.sources ?? [];
    await Promise.all(sources.map((source) => source.lookNow?.() ?? Promise.resolve()));
  }

  /** The same for all rules. */
  async lookAtAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((rule) => this.lookNow(rule)));
  }

  /** One after the other, whatever became of the one before. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work, work);
    return this.#turn;
  }

  async #replace(book: RuleBook): Promise<void> {
    const wanted = new Map(book.rules.filter(({ enabled }) => enabled).map((rule) => [rule.name, rule]));
    const ended = [...this.#running].filter(([name, { mark }]) => {
      const rule = wanted.get(name);
      return rule === undefined || markOf(rule, book) !== mark;
    });
    await Promise.all(ended.map(([name]) => this.#end(name)));
    const begun = [...wanted.values()].filter(({ name }) => !this.#running.has(name));
    for (const rule of begun) this.#begin(rule, book);
    await Promise.all(begun.flatMap(({ name }) => this.#startAll(name)));
  }

  #begin(rule: Rule, book: RuleBook): void {
    const sources = rule.triggers.flatMap((trigger, index) => {
      const source = this.#make({ rule, trigger, index, book });
      return source === undefined ? [] : [source];
    });
    this.#running.set(rule.name, { mark: markOf(rule, book), sources });
  }

  #startAll(rule: string): readonly Promise<void>[] {
    return (this.#running.get(rule)?.sources ?? []).map((source) => source.start());
  }

  async #end(rule: string): Promise<void> {
    const running = this.#running.get(rule);
    this.#running.delete(rule);
    await Promise.all((running?.sources ?? []).map((source) => source.stop()));
  }
}

/** The rule and what its triggers read besides it. */
function markOf(rule: Rule, { calendars }: RuleBook): string {
  const hasSchedule = rule.triggers.some(({ kind }) => kind === 'schedule');
  return hasSchedule ? `${rule.revision} ${JSON.stringify(calendars)}` : rule.revision;
}
