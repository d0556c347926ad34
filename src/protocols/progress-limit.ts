import type { Clock, Timer } from '../core/clock.js';

/** Who sends less than this within the time limit makes no progress: one byte a second is none. */
const LEAST_BYTES = 64;

/** Runs out when the other side makes no progress for a while; the time in which we keep it waiting does not count. */
export class ProgressLimit {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onStall: () => void;
  #timer: Timer;
  #bytes = 0;
  #isHeld = false;
  #mayWaitOn: () => boolean = () => false;
  #isOver = false;

  constructor(clock: Clock, limitMs: number, onStall: () => void) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#onStall = onStall;
    this.#timer = this.#start();
  }

  /** Payload went one way or the other, and must be more than a drip to count. */
  moved(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes >= LEAST_BYTES) this.touch();
  }

  /** Something came that counts whatever its size. */
  touch(): void {
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
    this.touch();
  }

  /** From here on the limit may pass so many times more while `isStillOpen`. */
  extend(times: number, isStillOpen: () => boolean): void {
    let left = times;
    this.#mayWaitOn = () => left-- > 0 && isStillOpen();
  }

  stop(): void {
    this.#isOver = true;
    this.#timer.cancel();
  }

  #start(): Timer {
    return this.#clock.startTimer(this.#limitMs, () => {
      if (this.#isOver) return;
      if (this.#isHeld || this.#mayWaitOn()) this.#timer = this.#start();
      else this.#onStall();
    });
  }
}
