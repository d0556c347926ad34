import type { Clock } from '../core/clock.js';

/** At most this much is allowed at once after a pause. */
const BURST_SECONDS = 0.25;

/** One budget of bytes per second, shared by all files of a batch. */
export class Bandwidth {
  readonly #clock: Clock;
  readonly #bytesPerMs: number;
  readonly #burstBytes: number;
  #budget: number;
  #filledAtMs: number;

  constructor(clock: Clock, bytesPerSecond: number) {
    this.#clock = clock;
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#burstBytes = bytesPerSecond * BURST_SECONDS;
    this.#budget = this.#burstBytes;
    this.#filledAtMs = clock.monotonicMs();
  }

  /** Spends `bytes`; the promise, if any, resolves when they are earned. */
  spend(bytes: number, signal: AbortSignal): Promise<void> | undefined {
    const nowMs = this.#clock.monotonicMs();
    const earned = (nowMs - this.#filledAtMs) * this.#bytesPerMs;
    this.#filledAtMs = nowMs;
    this.#budget = Math.min(this.#burstBytes, this.#budget + earned) - bytes;
    if (this.#budget >= 0) return undefined;
    return this.#clock.sleep(-this.#budget / this.#bytesPerMs, signal);
  }
}
