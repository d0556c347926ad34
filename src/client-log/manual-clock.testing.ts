import type { Clock, Timer } from '../core/clock.js';

/** A clock that stands still until the test moves it. Sleeps pass at once and are added up. */
export class ManualClock implements Clock {
  sleptMs = 0;
  #nowMs: number;
  readonly #timers = new Set<{ dueMs: number; readonly run: () => void }>();

  constructor(start: string) {
    this.#nowMs = Date.parse(start);
  }

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  startTimer(delayMs: number, run: () => void): Timer {
    const timer = { dueMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return {
      cancel: () => void this.#timers.delete(timer),
      restart: () => void (timer.dueMs = this.#nowMs + delayMs),
    };
  }

  async sleep(delayMs: number): Promise<void> {
    this.sleptMs += delayMs;
  }

  /** Moves time on and runs what has become due. */
  advance(ms: number): void {
    this.#nowMs += ms;
    for (const timer of [...this.#timers]) {
      if (timer.dueMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.run();
    }
  }

  get timers(): number {
    return this.#timers.size;
  }
}
