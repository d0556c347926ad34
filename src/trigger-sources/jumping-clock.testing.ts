import type { Clock, Timer } from '../core/clock.js';

/** A clock whose wall can be put forward and back while time goes on; moved by the test. */
export class JumpingClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  /** So many timers were started. */
  started = 0;
  readonly #timers = new Set<{ dueMs: number; readonly run: () => void }>();

  constructor(start: string) {
    this.#wallMs = Date.parse(start);
  }

  now(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  startTimer(delayMs: number, run: () => void): Timer {
    this.started += 1;
    const timer = { dueMs: this.#monotonicMs + delayMs, run };
    this.#timers.add(timer);
    return {
      cancel: () => void this.#timers.delete(timer),
      restart: () => {
        timer.dueMs = this.#monotonicMs + delayMs;
        this.#timers.add(timer);
      },
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.startTimer(delayMs, resolve));
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Somebody sets the wall clock. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }

  /** Time passes, timer by timer; after each, everything that was promised meanwhile is done. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms;
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#moveTo(next.dueMs);
      this.#timers.delete(next);
      next.run();
      await settled();
    }
    this.#moveTo(endMs);
    await settled();
  }

  #next(endMs: number): { dueMs: number; readonly run: () => void } | undefined {
    let first: { dueMs: number; readonly run: () => void } | undefined;
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

/** One turn of the event loop: what waits for promises alone has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
