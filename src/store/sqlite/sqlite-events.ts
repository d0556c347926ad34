import type { EventStore } from '../event-store.js';
import { fromJson, nextTurn, toJson } from './present.js';
import type { RuleNames } from './rule-names.js';
import { statement, type Bind } from './statement.js';
import type { StoreFile } from './store-file.js';

/** So many keys are looked at before others have their turn: a folder may hold 100,000 files. */
const PIECE = 2000;

/** Which events were seen, and where triggers stand. */
export class SqliteEvents implements EventStore {
  readonly #store: StoreFile;
  readonly #rules: RuleNames;
  readonly #sql: ReturnType<typeof prepare>;

  constructor(store: StoreFile, rules: RuleNames) {
    this.#store = store;
    this.#rules = rules;
    this.#sql = prepare(store);
  }

  async unknown(rule: string, keys: readonly string[], nowMs: number): Promise<ReadonlySet<string>> {
    if (this.#store.access === 'read') return this.#unknownToReader(rule, keys);
    const { id, day } = await this.#scanned(rule, nowMs);
    const strange = new Set<string>();
    for (let from = 0; from < keys.length; from += PIECE) {
      if (from > 0) await nextTurn();
      const piece = keys.slice(from, from + PIECE);
      const seenBefore = await this.#store.read(() =>
        piece.filter((key) => {
          const event = this.#sql.get.get({ rule: id, key });
          if (event === undefined) strange.add(key);
          return event !== undefined && event.seen_day < day;
        }),
      );
      if (seenBefore.length > 0) await this.#markSeen({ id, day, nowMs }, seenBefore);
    }
    return strange;
  }

  /** Beside the process that owns the store: nothing is marked as seen. */
  #unknownToReader(rule: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#store.read(() => {
      const id = this.#rules.find(rule)?.id;
      if (id === undefined) return new Set(keys);
      return new Set(keys.filter((key) => this.#sql.get.get({ rule: id, key }) === undefined));
    });
  }

  async know(rule: string, keys: readonly string[], nowMs: number): Promise<void> {
    for (let from = 0; from < keys.length; from += PIECE) {
      const piece = keys.slice(from, from + PIECE);
      await this.#store.write(() => {
        const { id, scanDays } = this.#rules.of(rule);
        for (const key of piece) this.#sql.know.run({ rule: id, key, nowMs, day: scanDays });
      });
    }
  }

  takeNonce(hook: string, nonce: string, nowMs: number): Promise<boolean> {
    return this.#store.write(() => this.#sql.takeNonce.run({ hook, nonce, nowMs }).changes > 0);
  }

  triggerState(rule: string, trigger: string): Promise<unknown> {
    return this.#store.read(() => {
      const known = this.#rules.find(rule);
      if (known === undefined) return undefined;
      return fromJson(this.#sql.triggerState.get({ rule: known.id, trigger })?.state ?? null);
    });
  }

  setTriggerState(rule: string, trigger: string, state: unknown): Promise<void> {
    return this.#store.write(() => {
      const { id } = this.#rules.of(rule);
      const text = toJson(state);
      if (text === null) this.#sql.clearTriggerState.run({ rule: id, trigger });
      else this.#sql.setTriggerState.run({ rule: id, trigger, state: text });
    });
  }

  /** Counts the day once; most calls find it counted and write nothing. */
  async #scanned(rule: string, nowMs: number): Promise<{ readonly id: number; readonly day: number }> {
    const known = await this.#store.read(() => this.#rules.scannedOn(rule, nowMs));
    if (known !== undefined) return { id: known.id, day: known.scanDays };
    const counted = await this.#store.write(() => this.#rules.countScanDay(rule, nowMs));
    return { id: counted.id, day: counted.scanDays };
  }

  #markSeen(
    { id, day, nowMs }: { readonly id: number; readonly day: number; readonly nowMs: number },
    keys: readonly string[],
  ): Promise<void> {
    return this.#store.write(() => {
      for (const key of keys) this.#sql.seen.run({ rule: id, key, nowMs, day });
    });
  }
}

interface Key {
  readonly rule: number;
  readonly key: string;
}

interface Seen extends Key {
  readonly nowMs: number;
  readonly day: number;
}

interface Trigger {
  readonly rule: number;
  readonly trigger: string;
}

function prepare({ database }: StoreFile) {
  return {
    get: statement(database, (from, bind: Bind<Key>) =>
      from
        .selectFrom('events')
        .select('seen_day')
        .where('rule_id', '=', bind('rule'))
        .where('key', '=', bind('key')),
    ),
    seen: statement(database, (from, bind: Bind<Seen>) =>
      from
        .updateTable('events')
        .set({ seen_ms: bind('nowMs'), seen_day: bind('day') })
        .where('rule_id', '=', bind('rule'))
        .where('key', '=', bind('key')),
    ),
    know: statement(database, (from, bind: Bind<Seen>) =>
      from
        .insertInto('events')
        .values({
          rule_id: bind('rule'),
          key: bind('key'),
          run: null,
          seen_ms: bind('nowMs'),
          seen_day: bind('day'),
        })
        .onConflict((on) => on.doNothing()),
    ),
    takeNonce: statement(database, (from, bind: Bind<{ hook: string; nonce: string; nowMs: number }>) =>
      from
        .insertInto('nonces')
        .values({ hook: bind('hook'), nonce: bind('nonce'), taken_ms: bind('nowMs') })
        .onConflict((on) => on.doNothing()),
    ),
    triggerState: statement(database, (from, bind: Bind<Trigger>) =>
      from
        .selectFrom('trigger_states')
        .select('state')
        .where('rule_id', '=', bind('rule'))
        .where('trigger_name', '=', bind('trigger')),
    ),
    setTriggerState: statement(database, (from, bind: Bind<Trigger & { state: string }>) =>
      from
        .insertInto('trigger_states')
        .values({ rule_id: bind('rule'), trigger_name: bind('trigger'), state: bind('state') })
        .onConflict((on) => on.columns(['rule_id', 'trigger_name']).doUpdateSet({ state: bind('state') })),
    ),
    clearTriggerState: statement(database, (from, bind: Bind<Trigger>) =>
      from
        .deleteFrom('trigger_states')
        .where('rule_id', '=', bind('rule'))
        .where('trigger_name', '=', bind('trigger')),
    ),
  };
}
