import { cancelledError, type TransferError } from '../../core/transfer-error.js';
import type { S3Call } from './s3-message.js';

export type Stoppable = AsyncIterable<Uint8Array> & { destroy(error?: Error): unknown };

/**
 * Breaks off a body, by a time limit or the call's signal. One whose length was not announced then seems to have
 * ended well, so the reason is kept.
 */
export class BodyStopper {
  readonly #body: Stoppable;
  readonly #call: S3Call;
  #reason: TransferError | undefined;

  constructor(body: Stoppable, call: S3Call) {
    this.#body = body;
    this.#call = call;
    if (call.signal.aborted) this.#onAbort();
    else call.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => this.stop(cancelledError(this.#call.signal, this.#call.phase));

  stop(reason: TransferError): void {
    this.#reason ??= reason;
    this.#body.destroy(reason);
  }

  /** Throws when it was broken off. */
  check(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  release(): void {
    this.#call.signal.removeEventListener('abort', this.#onAbort);
  }
}
