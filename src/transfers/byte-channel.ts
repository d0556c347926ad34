import type { ByteSink, ByteSource } from '../protocols/protocol-client.js';

/** Enough to keep both sides busy over a pause of one of them; the whole memory of a file on its way. */
const CAPACITY_BYTES = 4 * 1024 * 1024;

/**
 * Joins the reading side to the writing side of a copy with bounded memory. Whoever fails, `fail` hands the
 * same error to the other side, so that the first cause is never covered by its consequence.
 */
export class ByteChannel {
  readonly sink: ByteSink = { write: (chunk) => this.#write(chunk) };
  readonly source: ByteSource = { [Symbol.asyncIterator]: () => this.#iterator() };

  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #end: { readonly error: Error | undefined } | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  /** The reading side is done: the writing side ends after what is queued. */
  end(): void {
    this.#close(undefined);
  }

  /** Both sides stop with this error; what is queued is dropped. The first call counts. */
  fail(error: Error): void {
    this.#close(error);
    this.#queue.length = 0;
  }

  /** The reading side failed: the writing side gets what is queued, and then the error. */
  breakOff(error: Error): void {
    this.#close(error);
  }

  #close(error: Error | undefined): void {
    if (this.#end?.error !== undefined) return;
    if (this.#end !== undefined && error === undefined) return;
    this.#end = { error };
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  #write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#end?.error !== undefined) return Promise.reject(this.#end.error);
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.byteLength;
    this.#wakeReader?.();
    return this.#queuedBytes < CAPACITY_BYTES ? undefined : this.#room();
  }

  async #room(): Promise<void> {
    while (this.#queuedBytes >= CAPACITY_BYTES && this.#end?.error === undefined) {
      await new Promise<void>((resolve) => (this.#wakeWriter = resolve));
    }
    this.#wakeWriter = undefined;
    if (this.#end?.error !== undefined) throw this.#end.error;
  }

  #iterator(): AsyncIterator<Uint8Array> {
    return {
      next: () => this.#next(),
      // The writing side has stopped; its rejection follows and is handed over by fail().
      return: () => Promise.resolve({ done: true, value: undefined }),
    };
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    for (;;) {
      const chunk = this.#queue.shift();
      if (chunk !== undefined) {
        this.#queuedBytes -= chunk.byteLength;
        this.#wakeWriter?.();
        return { done: false, value: chunk };
      }
      if (this.#end?.error !== undefined) throw this.#end.error;
      if (this.#end !== undefined) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wakeReader = resolve));
      this.#wakeReader = undefined;
    }
  }
}
