/**
 * Work that many ask for and that one turn does for all of them: whoever asks while a turn is under way shares the next
 * one, since what they need done may have come too late for this one.
 */
export class SharedTurn {
  readonly #work: () => Promise<void>;
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #open = 0;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** No turn is under way or asked for. */
  get isIdle(): boolean {
    return this.#open === 0;
  }

  /** Resolves, or rejects as the work does, when a turn that began after this call has ended. */
  join(): Promise<void> {
    this.#next ??= this.#turnAfter(this.#last);
    this.#last = this.#next;
    return this.#next;
  }

  async #turnAfter(before: Promise<void>): Promise<void> {
    this.#open += 1;
    await before.catch(() => undefined);
    this.#next = undefined;
    try {
      await this.#work();
    } finally {
      this.#open -= 1;
    }
  }
}
