import type { Output } from './output.js';

/** Keeps what is written, as a terminal of some width or as a pipe. */
export class MemoryOutput implements Output {
  readonly isTerminal: boolean;
  readonly hasColor = false;
  readonly isClosed = false;
  readonly #columns: number;
  readonly #pieces: Uint8Array[] = [];

  /** `columns` of a terminal; a pipe where nothing is said. */
  constructor(columns?: number) {
    this.isTerminal = columns !== undefined;
    this.#columns = columns ?? 80;
  }

  get text(): string {
    return Buffer.concat(this.#pieces).toString('utf8');
  }

  get lines(): readonly string[] {
    return this.text.replace(/\n$/, '').split('\n');
  }

  size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.#columns, rows: 24 };
  }

  write(data: string | Uint8Array): undefined {
    this.#pieces.push(Buffer.from(data));
  }
}
