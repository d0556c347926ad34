import { cancelledError, type Phase } from '../core/transfer-error.js';
import type { ByteSource } from './protocol-client.js';

/** Settles as `work` does, but rejects with the signal's error as soon as that aborts; `work` then goes on unseen. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, phase: Phase): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(cancelledError(signal, phase));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** A source that may hang: an abort ends the wait for it. */
export class InterruptibleSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #signal: AbortSignal;
  #isAsked = false;

  constructor(source: ByteSource, signal: AbortSignal) {
    this.#chunks = source[Symbol.asyncIterator]();
    this.#signal = signal;
  }

  /** The next chunk, or undefined at the end. Rejects as the source does, or with the signal's error. */
  async next(): Promise<Uint8Array | undefined> {
    const step = await unlessAborted(this.#ask(), this.#signal, 'write');
    return step.done === true ? undefined : step.value;
  }

  async #ask(): Promise<IteratorResult<Uint8Array>> {
    this.#isAsked = true;
    const step = await this.#chunks.next();
    this.#isAsked = false;
    return step;
  }

  /** Tells the source that no more is wanted. Not waited for where it hangs; what it says no longer matters. */
  async letGo(): Promise<void> {
    const parting = Promise.resolve(this.#chunks.return?.()).catch(() => undefined);
    if (!this.#isAsked) await parting;
  }
}
