import type { Clock, Timer } from '../../core/clock.js';

/** Runs out when the server makes no progress for a while; the time in which we keep it waiting does not count. */
export class ProgressLimit {
  readonly #timer: Timer;
  #isHeld = false;

  constructor(clock: Clock, limitMs: number, onStall: () => void) {
    this.#timer = clock.startTimer(limitMs, () => {
      if (this.#isHeld) this.#timer.restart();
      else onStall();
    });
  }

  moved(): void {
    this.#timer.restart();
  }

  /** Waits for our own side. */
  async hold(work: Promise<void>): Promise<void> {
    this.#isHeld = true;
    await work;
    this.#isHeld = false;
    this.#timer.restart();
  }

  stop(): void {
    this.#timer.cancel();
  }
}
