import type { Platform } from '../core/platform.js';
import { asTransferError } from '../core/transfer-error.js';
import type { Expectation } from '../rules/expectation.js';
import type { RuleBook } from '../rules/rule-book.js';
import type { Rule } from '../rules/rule.js';
import type { Store } from '../store/store.js';
import type { ScheduleTimer } from '../trigger-sources/schedule-timer.js';
import type { Alarms } from './alarms.js';
import { expectationMark, readExpectationState, type ExpectationState } from './expectation-state.js';
import { judgeExpectation, type Judgement } from './judge-expectation.js';
import type { LiveEvent, LiveEvents } from './live-events.js';

export interface ExpectationParts {
  readonly platform: Pick<Platform, 'clock'>;
  readonly store: Pick<Store, 'runs' | 'transfers' | 'events' | 'alarms'>;
  readonly alarms: Alarms;
  readonly live: LiveEvents;
  readonly book: () => Pick<RuleBook, 'rules' | 'calendars'>;
  /** One for all, the schedules too. */
  readonly timer: ScheduleTimer;
  /** For the daemon's own log. */
  readonly warn: (text: string) => void;
}

/**
 * Watches what rules must have done by now: an alarm when it is not so, a notice when it comes after all. Nothing is
 * expected of a rule that is disabled or only tries (shadow), nor for a time before the expectation was first read.
 */
export class Expectations {
  readonly #parts: ExpectationParts;
  readonly #startedMs: number;
  readonly #watched = new Map<string, Watched>();
  #ofRule: ReadonlyMap<string, readonly Watched[]> = new Map();
  /** When each rule last looked with success. */
  readonly #lookedMs = new Map<string, number>();
  #deafen: () => void = () => undefined;

  constructor(parts: ExpectationParts) {
    this.#parts = parts;
    this.#startedMs = parts.platform.clock.now();
  }

  /** Those that are not met now. */
  get overdue(): readonly { readonly rule: string; readonly expectation: string }[] {
    return [...this.#watched.values()]
      .filter(({ state }) => state?.overdue !== undefined)
      .map(({ rule, expectation }) => ({ rule: rule.name, expectation: expectation.name }));
  }

  /** Begins with the book in force. Rejects with STORE_FAILED. */
  async start(): Promise<void> {
    this.#deafen = this.#parts.live.listen((event, atMs) => this.#hear(event, atMs));
    await this.reload();
  }

  /** The rules have changed: what is not expected any more has no alarm. Rejects with STORE_FAILED. */
  async reload(): Promise<void> {
    const wanted = new Map(this.#wanted().map((watched) => [watched.cause, watched]));
    const gone = [...this.#watched.values()].filter(({ cause }) => !wanted.has(cause));
    for (const watched of this.#watched.values()) watched.wait?.cancel();
    await Promise.all([...this.#watched.values()].map(async ({ turn }) => turn));
    this.#watched.clear();
    for (const { rule, expectation } of [...gone, ...this.#resting()]) {
      await this.#parts.store.events.setTriggerState(rule.name, stateName(expectation), undefined);
    }
    for (const { kind, cause } of await this.#parts.store.alarms.open()) {
      if (kind === 'expectation' && !wanted.has(cause)) await this.#parts.alarms.clear(cause);
    }
    for (const watched of wanted.values()) this.#watched.set(watched.cause, watched);
    this.#ofRule = byRule([...wanted.values()]);
    await Promise.all([...wanted.values()].map((watched) => this.#judge(watched)));
  }

  /** Nothing is told after it resolved. Idempotent. */
  async stop(): Promise<void> {
    this.#deafen();
    const watched = [...this.#watched.values()];
    this.#watched.clear();
    for (const { wait } of watched) wait?.cancel();
    await Promise.all(watched.map(async ({ turn }) => turn));
  }

  #wanted(): readonly Watched[] {
    return this.#parts.book().rules.filter(isWatched).flatMap(watchedOf);
  }

  #resting(): readonly Watched[] {
    return this.#parts
      .book()
      .rules.filter((rule) => !isWatched(rule))
      .flatMap(watchedOf);
  }

  /** What is missing is looked for as soon as its rule did something. */
  #hear(event: LiveEvent, atMs: number): void {
    if (event.type === 'trigger.looked') this.#lookedMs.set(event.rule, atMs);
    const isNews =
      event.type === 'trigger.looked' ||
      (event.type === 'attempt.ended' && event.succeeded) ||
      (event.type === 'run.ended' && event.state === 'succeeded');
    if (!isNews) return;
    for (const watched of this.#ofRule.get(event.rule) ?? []) {
      if (watched.state?.overdue !== undefined) void this.#judge(watched);
    }
  }

  /** Never rejects; one judgement of an expectation at a time. */
  async #judge(watched: Watched): Promise<void> {
    if (watched.turn !== undefined) {
      watched.mustAgain = true;
      return;
    }
    watched.mustAgain = false;
    watched.wait?.cancel();
    watched.turn = this.#judgeNow(watched).catch((thrown: unknown) => this.#tryLater(watched, thrown));
    await watched.turn;
    watched.turn = undefined;
    if (watched.mustAgain && this.#isCurrent(watched)) await this.#judge(watched);
  }

  async #judgeNow(watched: Watched): Promise<void> {
    const { platform, store, book } = this.#parts;
    const { rule, expectation } = watched;
    const nowMs = platform.clock.now();
    const state = await this.#stateOf(watched, nowMs);
    const judgement = await judgeExpectation({
      rule,
      expectation,
      state,
      calendars: book().calendars,
      store,
      nowMs,
      startedMs: this.#startedMs,
      lookedMs: this.#lookedMs.get(rule.name),
    });
    await this.#tell(watched, judgement);
    if (!isSame(state, judgement.state)) await this.#keep(watched, judgement.state);
    watched.state = judgement.state;
    watched.isFailing = false;
    this.#wait(watched, judgement.nextMs);
  }

  async #stateOf(watched: Watched, nowMs: number): Promise<ExpectationState> {
    if (watched.state !== undefined) return watched.state;
    const { rule, expectation, cause } = watched;
    const kept = await this.#parts.store.events.triggerState(rule.name, stateName(expectation));
    const state = readExpectationState(kept, nowMs);
    const mark = expectationMark(expectation);
    if (state?.mark === mark) return state;
    if (state?.overdue !== undefined) await this.#parts.alarms.clear(cause);
    const fresh = { mark, sinceMs: nowMs };
    await this.#keep(watched, fresh);
    return fresh;
  }

  async #keep({ rule, expectation }: Watched, state: ExpectationState): Promise<void> {
    await this.#parts.store.events.setTriggerState(rule.name, stateName(expectation), state);
  }

  async #tell({ cause }: Watched, { missing, isOver }: Judgement): Promise<void> {
    const { alarms } = this.#parts;
    if (missing !== undefined) await alarms.raise({ kind: 'expectation', cause, ...missing });
    if (isOver) await alarms.clear(cause);
  }

  #wait(watched: Watched, atMs: number): void {
    if (!this.#isCurrent(watched)) return;
    const look = (): void => void this.#judge(watched);
    const clockTurnedBack = (): void => {
      // Read again from the store, where times after now become now.
      delete watched.state;
      look();
    };
    watched.wait = this.#parts.timer.at(atMs, { due: look, clockTurnedBack });
  }

  #tryLater(watched: Watched, thrown: unknown): void {
    const { warn, platform } = this.#parts;
    const { message } = asTransferError(thrown, 'store');
    if (!watched.isFailing)
      warn(`expectation ${watched.expectation.name} of ${watched.rule.name}: ${message}`);
    watched.isFailing = true;
    this.#wait(watched, platform.clock.now() + RETRY_MS);
  }

  #isCurrent(watched: Watched): boolean {
    return this.#watched.get(watched.cause) === watched;
  }
}

const RETRY_MS = 60_000;

interface Watched {
  readonly rule: Rule;
  readonly expectation: Expectation;
  readonly cause: string;
  state?: ExpectationState;
  wait?: { cancel(): void };
  turn?: Promise<void> | undefined;
  /** Something happened while it was being judged. */
  mustAgain: boolean;
  /** The store took nothing, and the log says so. */
  isFailing: boolean;
}

function isWatched({ enabled, shadow }: Rule): boolean {
  return enabled && !shadow;
}

function watchedOf(rule: Rule): readonly Watched[] {
  return rule.expectations.map((expectation) => ({
    rule,
    expectation,
    cause: `expectation:${rule.name}:${expectation.name}`,
    mustAgain: false,
    isFailing: false,
  }));
}

function byRule(all: readonly Watched[]): ReadonlyMap<string, readonly Watched[]> {
  const found = new Map<string, Watched[]>();
  for (const watched of all) {
    const { name } = watched.rule;
    found.set(name, [...(found.get(name) ?? []), watched]);
  }
  return found;
}

function stateName({ name }: Expectation): string {
  return `expectation:${name}`;
}

function isSame(left: ExpectationState, right: ExpectationState): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
