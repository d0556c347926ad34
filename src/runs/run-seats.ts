/**
 * How many runs are at work at a time. A run that only waits (for a time, for the delay before a retry) leaves its
 * seat to others; when it comes back, it goes before those that have not begun.
 */
export class RunSeats {
  readonly #limit: number;
  readonly #comingBack: (() => void)[] = [];
  #taken = 0;
  readonly #onFree: () => void;

  constructor(limit: number, onFree: () => void) {
    this.#limit = limit;
    this.#onFree = onFree;
  }

  get free(): number {
    return Math.max(0, this.#limit - this.#taken);
  }

  /** Takes one of the free ones; the caller asked `free` in the same turn. */
  take(): void {
    this.#taken++;
  }

  /** Gives it back, to whoever comes back, else to a new run. */
  leave(): void {
    const next = this.#comingBack.shift();
    if (next !== undefined) return next();
    this.#taken--;
    this.#onFree();
  }

  /** Resolves when there is a seat again, which is taken then. */
  async comeBack(): Promise<void> {
    if (this.free > 0) return this.take();
    await new Promise<void>((resolve) => this.#comingBack.push(resolve));
  }
}
