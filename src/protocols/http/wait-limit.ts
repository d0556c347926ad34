import type { Clock, Timer } from '../../core/clock.js';

/** Who sends less than this within the time limit makes no progress: one byte a second is none. */
const LEAST_BYTES = 64;

/**
 * Runs out when the other side makes no progress for a while; the time in which we keep it waiting does not count.
 */
export class WaitLimit {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onStall: () => void;
  #timer: Timer;
  #bytes = 0;
  #isHeld = false;
  #isOver = false;

  constructor(clock: Clock, limitMs: number, onStall: () => void) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#onStall = onStall;
    this.#timer = this.#start();
  }

  /** Payload went one way or the other. */
  moved(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes >= LEAST_BYTES) this.restart();
  }

  /** Something came that counts whatever its size. */
  restart(): void {
    this.#bytes = 0;
    if (!this.#isOver) this.#timer.restart();
  }

  /** From here on it is we who keep the other side waiting. */
  hold(): void {
    this.#isHeld = true;
  }

  /** It is the other side's turn again. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.restart();
  }

  stop(): void {
    this.#isOver = true;
    this.#timer.cancel();
  }

  #start(): Timer {
    return this.#clock.startTimer(this.#limitMs, () => {
      if (this.#isOver) return;
      if (this.#isHeld) this.#timer = this.#start();
      else this.#onStall();
    });
  }
}
