/** Hands values from one giver to one taker, one at a time, so that neither runs ahead of the other. */
export class Handoff<T> {
  #held: { readonly value: T; readonly taken: () => void } | undefined;
  #waiting: ((value: T | undefined) => void) | undefined;
  #isClosed = false;

  /** Resolves once the value was asked for; undefined (no wait) when somebody was waiting already. */
  give(value: T): Promise<void> | undefined {
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting(value);
      return undefined;
    }
    return new Promise((resolve) => {
      this.#held = { value, taken: resolve };
    });
  }

  /** The next value; undefined after `close` once everything was taken. */
  take(): Promise<T | undefined> {
    const held = this.#held;
    if (held !== undefined) {
      this.#held = undefined;
      held.taken();
      return Promise.resolve(held.value);
    }
    if (this.#isClosed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** Nothing more will be given. */
  close(): void {
    this.#isClosed = true;
    this.#waiting?.(undefined);
    this.#waiting = undefined;
  }
}
