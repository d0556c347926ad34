import * as z from 'zod';
import type { Side } from '../core/error-codes.js';
import { printable } from '../core/printable.js';
import { counted } from '../core/counted.js';
import { SharedTurn } from '../core/shared-turn.js';
import type { TransferError } from '../core/transfer-error.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { RunRecord } from '../store/run-store.js';
import type { RunServices } from './run-services.js';

/** So many are kept by name over all rules; failures beyond them open the alarm too, and are not counted. */
const MOST_KEPT = 5_000;
/** So many runs are named in an alarm. */
const MOST_NAMED = 5;

/** Where the store keeps it; no rule can have such a name. */
const STATE = { rule: '@runs', trigger: 'unsent' } as const;

const shape = z.array(
  z.object({
    rule: z.string(),
    /** The file that the run was about: the same path is the same file, in any version; empty for none. */
    file: z.string(),
    run: z.number(),
  }),
);
type Unsent = z.infer<typeof shape>[number];

/** Of the alarm that says that files of a rule are unsent. */
export function ruleFailedCause(rule: string): string {
  return `ruleFailed:${rule}`;
}

/**
 * The files whose last run failed, and one alarm for each rule that has such: open until each of them was sent by a retry
 * or by a later run, was put aside (quarantine has an alarm of its own), or was left unsent by a person who cancelled its
 * run. Runs about no file are one: the next that succeeds ends it. Kept in the store, so that a restart forgets none.
 */
export class UnsentFiles {
  readonly #services: Pick<RunServices, 'store' | 'alarms'>;
  readonly #unsent = new Map<string, Map<string, number>>();
  /** Rules with an alarm of which nothing else is kept: their next success ends it. */
  readonly #untold = new Set<string>();
  #loading: Promise<void> | undefined;
  readonly #writing = new SharedTurn(() => this.#write());

  constructor(services: Pick<RunServices, 'store' | 'alarms'>) {
    this.#services = services;
  }

  /** A run failed for this. */
  async failed(run: RunRecord, error: TransferError): Promise<void> {
    await this.#load();
    const { rule, id } = run;
    const aside = await this.#services.store.runs.quarantined(rule);
    if (aside.some(({ fileKey }) => fileKey === (run.event as TriggerEvent).key)) {
      await this.settled(run);
      return;
    }
    this.#add({ rule, file: fileOf(run), run: id });
    const what = `Rule ${rule} failed (run ${id}): ${error.message}. ${error.advice}`;
    await Promise.all([this.#raise(rule, what, error.side), this.#keep()]);
  }

  /** A run succeeded, or a person cancelled it. False: its file was not among the unsent. */
  async settled(run: RunRecord): Promise<boolean> {
    await this.#load();
    const { rule } = run;
    const ofRule = this.#unsent.get(rule);
    const wasThere = ofRule?.delete(fileOf(run)) ?? false;
    const wasUntold = this.#untold.delete(rule);
    if (!wasThere && !wasUntold) return false;
    if (ofRule?.size === 0) this.#unsent.delete(rule);
    await Promise.all([this.#tellLess(rule), this.#keep()]);
    return wasThere;
  }

  #add({ rule, file, run }: Unsent): void {
    const ofRule = this.#unsent.get(rule) ?? new Map<string, number>();
    if (!ofRule.has(file) && this.#count() >= MOST_KEPT) {
      this.#untold.add(rule);
      return;
    }
    ofRule.set(file, run);
    this.#unsent.set(rule, ofRule);
  }

  #count(): number {
    let count = 0;
    for (const ofRule of this.#unsent.values()) count += ofRule.size;
    return count;
  }

  #raise(rule: string, what: string, side: Side): Promise<void> {
    const text = `${what}${UNSENT}${this.#words(rule)}`;
    return this.#services.alarms.raise({ kind: 'ruleFailed', cause: ruleFailedCause(rule), side, text });
  }

  /** One less: the alarm is over with the last; until then its text says how many are left, and nobody is told anew. */
  async #tellLess(rule: string): Promise<void> {
    const { alarms, store } = this.#services;
    const cause = ruleFailedCause(rule);
    if (!this.#unsent.has(rule)) return alarms.clear(cause);
    const words = this.#words(rule);
    await store.alarms.reword(cause, (text) => `${text.slice(0, text.lastIndexOf(UNSENT))}${UNSENT}${words}`);
  }

  #words(rule: string): string {
    const ofRule = this.#unsent.get(rule) ?? new Map<string, number>();
    const list = `tally runs list ${printable(rule)} --state failed`;
    if (ofRule.size === 0) return `more than are counted; ${list}`;
    const runs = [...ofRule.values()].toSorted((one, other) => one - other);
    const named = runs.slice(0, MOST_NAMED).join(', ');
    const more = runs.length > MOST_NAMED ? ' and more' : '';
    const what = ofRule.has('') ? counted(runs.length, 'run') : counted(runs.length, 'file');
    const todo = 'tally runs retry RUN does it again, tally runs cancel RUN leaves it so';
    return `${what} (run ${named}${more}); ${todo}; ${list}`;
  }

  #load(): Promise<void> {
    this.#loading ??= this.#read().catch((thrown: unknown) => {
      this.#loading = undefined;
      throw thrown;
    });
    return this.#loading;
  }

  /** What was pruned from the store since nobody can do again. */
  async #read(): Promise<void> {
    const { events, runs, alarms } = this.#services.store;
    const kept = shape.safeParse(await events.triggerState(STATE.rule, STATE.trigger));
    for (const one of kept.success ? kept.data : []) {
      if ((await runs.get(one.run)) !== undefined) this.#add(one);
    }
    for (const { cause, kind } of await alarms.open()) {
      const rule = cause.slice(ruleFailedCause('').length);
      const isOwn = kind === 'ruleFailed' && cause === ruleFailedCause(rule);
      if (isOwn && !this.#unsent.has(rule)) this.#untold.add(rule);
    }
  }

  #keep(): Promise<void> {
    return this.#writing.join();
  }

  async #write(): Promise<void> {
    const all: Unsent[] = [];
    for (const [rule, ofRule] of this.#unsent) {
      for (const [file, run] of ofRule) all.push({ rule, file, run });
    }
    await this.#services.store.events.setTriggerState(STATE.rule, STATE.trigger, all);
  }
}

/** Between what happened last and what is unsent. */
const UNSENT = ' Unsent: ';

function fileOf({ event }: RunRecord): string {
  const { file } = event as TriggerEvent;
  return file === undefined ? '' : `${file.connection}:${file.path}`;
}
