import type { Platform } from '../core/platform.js';
import { asTransferError } from '../core/transfer-error.js';
import type { Calendars } from '../rules/triggers/schedule-times.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { ScheduleTrigger } from '../rules/triggers/trigger.js';
import type { EventStore } from '../store/event-store.js';
import { DueTimesOfSchedule, type DueTime, type DueTimes } from './due-times.js';
import { LookHealth } from './look-health.js';
import { readScheduleState, scheduleMark } from './schedule-state.js';
import type { ScheduleTimer } from './schedule-timer.js';
import type { TriggerSink, TriggerSource } from './trigger-source.js';

export interface ScheduleSourceOptions {
  readonly rule: string;
  /** Tells two schedules of one rule apart in the store: `schedule`, `schedule-2`. */
  readonly name: string;
  readonly trigger: ScheduleTrigger;
  readonly calendars: Calendars;
  /** One for all schedules. */
  readonly timer: ScheduleTimer;
  readonly sink: TriggerSink;
  readonly events: Pick<EventStore, 'triggerState' | 'setTriggerState'>;
  readonly platform: Pick<Platform, 'clock' | 'random'>;
  /** For the daemon's own log: which times were missed and what is done about them. */
  readonly note: (text: string) => void;
}

/**
 * Runs a rule by the clock. Each time has one key for ever, so that a clock that is put back, a crash or a second
 * schedule of the rule makes no second run of it; what was decided is kept once its runs are.
 */
export class ScheduleSource implements TriggerSource {
  readonly #options: ScheduleSourceOptions;
  readonly #times: DueTimesOfSchedule;
  readonly #health: LookHealth;
  #decidedMs: number | undefined;
  /** Decided, and not in the store yet. */
  #pending: DueTimes | undefined;
  #wait: { cancel(): void } | undefined;
  #turn: Promise<void> | undefined;
  #failures = 0;
  #isStopped = false;

  constructor(options: ScheduleSourceOptions) {
    const { trigger, calendars, platform, sink, rule, name } = options;
    this.#options = options;
    this.#times = new DueTimesOfSchedule(trigger, calendars, platform.random);
    this.#health = new LookHealth(sink, rule, name);
  }

  async start(): Promise<void> {
    await this.#look();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#wait?.cancel();
    await this.#turn;
  }

  /** Never rejects: what the store does not take is tried again. */
  async #look(): Promise<void> {
    if (this.#isStopped || this.#turn !== undefined) return;
    this.#turn = this.#decide().catch((thrown: unknown) => this.#tryLater(thrown));
    await this.#turn;
    this.#turn = undefined;
  }

  async #decide(): Promise<void> {
    const decidedMs = this.#decidedMs ?? (await this.#remembered());
    this.#decidedMs = decidedMs;
    const nowMs = this.#now();
    const due = this.#pending ?? this.#times.at(nowMs, decidedMs);
    this.#pending = due;
    await this.#run(due);
    this.#pending = undefined;
    if (due.missed !== undefined) this.#options.note(`rule ${this.#options.rule}: ${due.missed}`);
    this.#failures = 0;
    this.#health.well();
    const isTurnedBack = this.#now() < nowMs;
    this.#decidedMs = isTurnedBack ? Math.min(due.decidedMs, this.#now()) : due.decidedMs;
    this.#waitUntil(isTurnedBack ? this.#now() : due.lookAtMs);
  }

  /** Without an entry, or with one of other times, the schedule begins now. One of the future was made by a wrong clock. */
  async #remembered(): Promise<number> {
    const { events, rule, name, trigger } = this.#options;
    const nowMs = this.#now();
    const state = readScheduleState(await events.triggerState(rule, name));
    if (state?.mark === scheduleMark(trigger)) return Math.min(state.decidedMs, nowMs);
    await this.#remember(nowMs);
    return nowMs;
  }

  async #remember(decidedMs: number): Promise<void> {
    const { events, rule, name, trigger } = this.#options;
    await events.setTriggerState(rule, name, { decidedMs, mark: scheduleMark(trigger) });
  }

  async #run({ runs, decidedMs, missed }: DueTimes): Promise<void> {
    if (runs.length > 0) await this.#options.sink.emit(runs.map((time) => this.#event(time)));
    if (runs.length > 0 || missed !== undefined) await this.#remember(decidedMs);
  }

  #event({ atMs, reason }: DueTime): TriggerEvent {
    return {
      rule: this.#options.rule,
      trigger: 'schedule',
      key: `schedule:${atMs}`,
      occurredAtMs: atMs,
      ...(reason === undefined ? {} : { reason }),
      values: {},
    };
  }

  #tryLater(thrown: unknown): void {
    this.#health.failed(asTransferError(thrown, 'store'));
    const delayMs = Math.min(1_000 * 2 ** this.#failures, 60_000);
    this.#failures += 1;
    this.#waitUntil(this.#now() + delayMs);
  }

  #waitUntil(atMs: number): void {
    if (this.#isStopped) return;
    this.#wait = this.#options.timer.at(atMs, {
      due: () => void this.#look(),
      clockTurnedBack: () => {
        this.#decidedMs = Math.min(this.#decidedMs ?? Infinity, this.#now());
        void this.#look();
      },
    });
  }

  #now(): number {
    return this.#options.platform.clock.now();
  }
}
