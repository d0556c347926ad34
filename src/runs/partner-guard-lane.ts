import { cancelledError } from '../core/transfer-error.js';

/** One at a time, first come first served. */
export class PartnerLane {
  #isTaken = false;
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is this one's turn, with the way to end the turn (idempotent). Rejects CANCELLED. */
  async take(signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) throw cancelledError(signal, 'connect');
    if (this.#isTaken) await this.#wait(signal);
    this.#isTaken = true;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#next();
    };
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(cancelledError(signal, 'connect'));
      };
      this.#waiting.push(turn);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** The lane stays taken for the one that goes next, so that nobody slips in before it. */
  #next(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next();
  }
}
