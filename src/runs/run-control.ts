import { TransferError } from '../core/transfer-error.js';

/** Why what is under way is to end before its time. */
export type BreakReason = 'cancel' | 'timeLimit' | 'shutdown';

/** How others stop a run: softly, so that no new step begins, or at once, so that what is under way is rolled back. */
export class RunControl {
  readonly #hard = new AbortController();
  readonly #soft = new AbortController();
  #reason: BreakReason | undefined;

  /** Aborted: finish or roll back what is under way. */
  get signal(): AbortSignal {
    return this.#hard.signal;
  }

  /** Aborted: begin nothing more, and cut waits short. Follows `signal`. */
  get stopping(): AbortSignal {
    return this.#soft.signal;
  }

  /** Why `signal` is aborted. */
  get reason(): BreakReason | undefined {
    return this.#reason;
  }

  /** Graceful: the step under way goes on to its end. */
  stop(): void {
    this.#soft.abort();
  }

  /** The first reason stays. */
  break(reason: BreakReason, text: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#hard.abort(brokenError(reason, text));
    this.#soft.abort();
  }
}

/** The error that actions see as the reason of their signal. */
export function brokenError(reason: BreakReason, text: string): TransferError {
  return new TransferError({
    code: reason === 'timeLimit' ? 'TIME_LIMIT' : 'CANCELLED',
    lastCode: -1,
    phase: 'action',
    message: text,
    sessionLost: true,
  });
}
