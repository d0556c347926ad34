import type { Clock, Timer } from '../core/clock.js';
import { DueHeap } from './due-heap.js';

/** What waits for a time of day. Neither method throws. */
export interface ClockCall {
  /** The wall clock has come to the time, or past it. */
  due(): void;
  /** The wall clock was put back: the call is forgotten, and made again for a time that is right now. */
  clockTurnedBack(): void;
}

/**
 * Wakes any number of schedules by one timer. Times are those of the wall clock: a clock that is put forward wakes at
 * the next look, within half a minute, and one that is put back is told to all.
 */
export class ScheduleTimer {
  readonly #clock: Clock;
  readonly #calls = new DueHeap<{ readonly call: ClockCall; isCancelled: boolean }>();
  #timer: Timer | undefined;
  #armedForMs = Infinity;
  #seen: { readonly wallMs: number; readonly monotonicMs: number };

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#seen = look(clock);
  }

  /** Calls once, at that time of the wall clock or as soon as can be. */
  at(dueMs: number, call: ClockCall): { cancel(): void } {
    const entry = { call, isCancelled: false };
    this.#calls.add(dueMs, entry);
    if (dueMs < this.#armedForMs) this.#arm();
    return { cancel: () => void (entry.isCancelled = true) };
  }

  /** Calls nobody any more. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#calls.takeAll();
    this.#armedForMs = Infinity;
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const dueMs = this.#calls.earliestMs;
    this.#armedForMs = dueMs ?? Infinity;
    if (dueMs === undefined) return;
    const delayMs = Math.min(Math.max(dueMs - this.#clock.now(), 0), LONGEST_SLEEP_MS);
    this.#timer = this.#clock.startTimer(delayMs, () => this.#wake());
  }

  #wake(): void {
    // Nothing that is called may arm the timer while more of them are due.
    this.#armedForMs = -Infinity;
    if (this.#wasTurnedBack()) {
      for (const { call, isCancelled } of this.#calls.takeAll()) {
        if (!isCancelled) call.clockTurnedBack();
      }
    }
    const nowMs = this.#clock.now();
    for (let entry = this.#calls.takeDue(nowMs); entry !== undefined; entry = this.#calls.takeDue(nowMs)) {
      if (!entry.isCancelled) entry.call.due();
    }
    this.#arm();
  }

  #wasTurnedBack(): boolean {
    const before = this.#seen;
    this.#seen = look(this.#clock);
    const passedMs = this.#seen.monotonicMs - before.monotonicMs;
    return this.#seen.wallMs < before.wallMs + passedMs - SMALL_CORRECTION_MS;
  }
}

/** So late a clock that was put forward is noticed. */
const LONGEST_SLEEP_MS = 30_000;

/** What a time service corrects without anybody noticing. */
const SMALL_CORRECTION_MS = 2_000;

function look(clock: Clock): { readonly wallMs: number; readonly monotonicMs: number } {
  return { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
}
