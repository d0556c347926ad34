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

  /** Whatever ends the other ends this one too; returns the way to stop that. */
  follow(other: RunControl): () => void {
    const onSoft = () => this.stop();
    const onHard = () => this.break(other.reason ?? 'shutdown', 'the run that called it ends');
    other.stopping.addEventListener('abort', onSoft);
    other.signal.addEventListener('abort', onHard);
    if (other.signal.aborted) onHard();
    else if (other.stopping.aborted) onSoft();
    return () => {
      other.stopping.removeEventListener('abort', onSoft);
      other.signal.removeEventListener('abort', onHard);
    };
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
