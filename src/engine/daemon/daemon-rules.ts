import { nameUnknown } from '../../core/name-unknown.js';
import { ruleSentence } from '../../rules/rule-sentence.js';
import type { Rule } from '../../rules/rule.js';
import { nextTimes } from '../../rules/triggers/schedule-times.js';
import type { QueueFigures, RunQueue } from '../../runs/run-queue.js';
import type { RunServices } from '../../runs/run-services.js';
import type { DaemonRules, RuleStatus, TriggerStatus } from './daemon-face.js';
import { triggerName } from './make-source.js';
import type { SourceStates } from './source-states.js';

export interface DaemonRulesParts {
  readonly services: RunServices;
  readonly queue: RunQueue;
  readonly states: SourceStates;
}

type Pause = NonNullable<RuleStatus['pause']>;

/** The rules of the book in force, as they stand now. */
export class RulesOfDaemon implements DaemonRules {
  readonly #parts: DaemonRulesParts;
  #pauses = new Map<string, Pause>();

  constructor(parts: DaemonRulesParts) {
    this.#parts = parts;
  }

  /** Reads who paused what. */
  async start(): Promise<void> {
    const pauses = await this.#parts.services.store.runs.pauses();
    this.#pauses = new Map(pauses.map(({ rule, ...pause }) => [rule, pause]));
  }

  list(): readonly RuleStatus[] {
    const figures = this.#parts.queue.figures();
    return this.#parts.services.book().rules.map((rule) => this.#status(rule, figures, 1));
  }

  status(name: string): RuleStatus {
    return this.#status(this.#rule(name), this.#parts.queue.figures(), 5);
  }

  async pause(rule: string, pause: Pause): Promise<void> {
    this.#rule(rule);
    await this.#parts.services.store.runs.pause(rule, pause);
    this.#pauses.set(rule, pause);
    await this.#parts.queue.wake();
  }

  async resume(rule: string): Promise<boolean> {
    this.#rule(rule);
    const wasPaused = this.#pauseOf(rule) !== undefined;
    await this.#parts.services.store.runs.pause(rule, undefined);
    this.#pauses.delete(rule);
    await this.#parts.queue.wake();
    return wasPaused;
  }

  #rule(name: string): Rule {
    const rule = this.#parts.services.book().rules.find((each) => each.name === name);
    if (rule !== undefined) return rule;
    throw nameUnknown(`there is no rule ${name}`, 'tally rules list shows the rules in force.');
  }

  #pauseOf(rule: string): Pause | undefined {
    const pause = this.#pauses.get(rule);
    const isOver = pause?.untilMs !== undefined && pause.untilMs <= this.#nowMs;
    return isOver ? undefined : pause;
  }

  get #nowMs(): number {
    return this.#parts.services.platform.clock.now();
  }

  #status(rule: Rule, queue: QueueFigures, times: number): RuleStatus {
    const { name, description, enabled, shadow, revision, source } = rule;
    const figures = queue.rules.get(name);
    const pause = this.#pauseOf(name);
    return {
      name,
      description,
      sentence: ruleSentence(rule),
      enabled,
      shadow,
      revision,
      source,
      triggers: rule.triggers.map((_trigger, index) => this.#trigger(rule, index)),
      nextTimesMs: enabled ? this.#nextTimes(rule, times) : [],
      ...(pause === undefined ? {} : { pause }),
      running: figures?.running ?? 0,
      waiting: figures?.waiting ?? 0,
    };
  }

  #trigger(rule: Rule, index: number): TriggerStatus {
    const trigger = triggerName(rule, index);
    const kind = rule.triggers[index]?.kind ?? 'manual';
    if (!rule.enabled) return { trigger, kind, state: 'off' };
    const state = this.#parts.states.of(rule.name, trigger);
    return { trigger, kind, state: state.failure === undefined ? 'ready' : 'failing', ...state };
  }

  #nextTimes(rule: Rule, count: number): readonly number[] {
    const { calendars } = this.#parts.services.book();
    return rule.triggers
      .flatMap((trigger) =>
        trigger.kind === 'schedule' ? nextTimes(trigger, calendars, this.#nowMs, count) : [],
      )
      .sort((left, right) => left - right)
      .slice(0, count);
  }
}
