import type { DavResource } from './multistatus.js';

/** So many may wait for whoever reads the listing; the server then has to wait too. */
const ENOUGH = 512;

/** Hands resources from the answer to the reader of a listing, with bounded memory. */
export class ResourceQueue {
  readonly #waiting: DavResource[] = [];
  #end: { readonly error: Error | undefined } | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  add(resource: DavResource): void {
    this.#waiting.push(resource);
    this.#wakeReader?.();
  }

  /** Undefined: there is room now. */
  room(): Promise<void> | undefined {
    if (this.#waiting.length < ENOUGH || this.#end !== undefined) return undefined;
    return new Promise((resolve) => {
      this.#wakeWriter = resolve;
    });
  }

  /** Nothing more comes. With an error, what waits is dropped. */
  end(error?: Error): void {
    if (this.#end?.error !== undefined) return;
    this.#end = { error };
    if (error !== undefined) this.#waiting.length = 0;
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  /** Undefined: the end. */
  async next(): Promise<DavResource | undefined> {
    for (;;) {
      const resource = this.#waiting.shift();
      if (resource !== undefined) {
        if (this.#waiting.length < ENOUGH / 2) this.#wakeWriter?.();
        return resource;
      }
      if (this.#end?.error !== undefined) throw this.#end.error;
      if (this.#end !== undefined) return undefined;
      await new Promise<void>((resolve) => {
        this.#wakeReader = resolve;
      });
    }
  }
}
