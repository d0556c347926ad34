import type { Clock, Timer } from '../../core/clock.js';

/**
 * Runs out when nothing was heard of for a while; does not count the time in which we keep the other side
 * waiting.
 */
export class Progress {
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #onStall: () => void;
  #timer: Timer;
  #isHeld = false;
  #mayWaitOn: () => boolean = () => false;
  #isOver = false;

  constructor(clock: Clock, limitMs: number, onStall: () => void) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#onStall = onStall;
    this.#timer = this.#start();
  }

  /** Something moved. */
  touch(): void {
    if (!this.#isOver) this.#timer.restart();
  }

  /** From here on it is we who keep the other side waiting. */
  hold(): void {
    this.#isHeld = true;
  }

  /** It is the other side's turn again. */
  release(): void {
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
