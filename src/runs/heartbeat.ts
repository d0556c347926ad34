import type { Clock, Timer } from '../core/clock.js';

/** Calls `beat` again and again, by the clock, until it is stopped. `beat` must not throw. */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #beat: () => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, everyMs: number, beat: () => void) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#beat = beat;
  }

  start(): void {
    this.#timer = this.#clock.startTimer(this.#everyMs, () => {
      this.start();
      this.#beat();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
