import type { TailEvent, TailNotice } from './tail-event.js';

/** Why a file or folder cannot be followed just now. Each trouble is told once, until it is over or another one. */
export class Trouble {
  readonly #name: string;
  #told: string | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  get isMissing(): boolean {
    return this.#told === 'missing';
  }

  *tell(notice: TailNotice['notice'], cause?: unknown): Generator<TailEvent> {
    const trouble = (cause as NodeJS.ErrnoException | undefined)?.code ?? notice;
    if (trouble === this.#told) return;
    this.#told = trouble;
    yield { kind: 'notice', notice, name: this.#name, ...(cause === undefined ? {} : { cause }) };
  }

  end(): void {
    this.#told = undefined;
  }
}
