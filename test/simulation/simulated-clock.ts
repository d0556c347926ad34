import type { Clock, Timer } from '../../src/core/clock.js';

interface Due {
  dueMs: number;
  readonly run: () => void;
}

/** The time of a simulated machine. Nothing passes unless `pass` is called; its wall can be set by a person. */
export class SimulatedClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  /** How often time was asked of it: a sign that somebody is at work. */
  uses = 0;
  readonly #timers = new Set<Due>();
  readonly #settle: () => Promise<void>;

  /** `settle` resolves when everything that can go on without time passing has done so. */
  constructor(start: string, settle: () => Promise<void>) {
    this.#wallMs = Date.parse(start);
    this.#settle = settle;
  }

  now(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  startTimer(delayMs: number, run: () => void): Timer {
    this.uses += 1;
    const timer = { dueMs: this.#monotonicMs + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    return {
      cancel: () => void this.#timers.delete(timer),
      restart: () => {
        timer.dueMs = this.#monotonicMs + delayMs;
        this.#timers.add(timer);
      },
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const abort = () => {
        timer.cancel();
        reject(signal?.reason as Error);
      };
      const timer = this.startTimer(delayMs, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Somebody sets the wall clock. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }

  /** The machine's process has died: none of its timers rings any more. */
  forgetTimers(): void {
    this.#timers.clear();
  }

  /** Time passes, from one timer to the next. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms;
    await this.#settle();
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#moveTo(next.dueMs);
      this.#timers.delete(next);
      this.uses += 1;
      next.run();
      await this.#settle();
    }
    this.#moveTo(endMs);
  }

  #next(endMs: number): Due | undefined {
    let first: Due | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= endMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
    }
    return first;
  }

  #moveTo(monotonicMs: number): void {
    const passedMs = Math.max(monotonicMs - this.#monotonicMs, 0);
    this.#monotonicMs += passedMs;
    this.#wallMs += passedMs;
  }
}
