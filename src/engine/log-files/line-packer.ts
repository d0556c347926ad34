/** Lines as they pass from one thread to another. */
export interface PackedLines {
  /** Their bytes, line ends included, one after another. */
  readonly bytes: Uint8Array;
  /** Where in `bytes` each ends. */
  readonly ends: readonly number[];
  /** Where in the file each begins. */
  readonly offsets: readonly number[];
}

const FIRST_BYTES = 16 * 1024;

/** Copies lines into one piece of memory: one for each line would cost more than reading it. */
export class LinePacker {
  #bytes = Buffer.alloc(0);
  #size = 0;
  readonly #ends: number[] = [];
  readonly #offsets: number[] = [];

  get count(): number {
    return this.#ends.length;
  }

  add(line: Uint8Array, offset: number): void {
    const end = this.#size + line.byteLength;
    if (end > this.#bytes.byteLength) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, 2 * this.#bytes.byteLength, FIRST_BYTES));
      this.#bytes.copy(larger, 0, 0, this.#size);
      this.#bytes = larger;
    }
    this.#bytes.set(line, this.#size);
    this.#size = end;
    this.#ends.push(end);
    this.#offsets.push(offset);
  }

  packed(): PackedLines {
    return { bytes: this.#bytes.subarray(0, this.#size), ends: this.#ends, offsets: this.#offsets };
  }
}

/** Calls `visit` with each line, its place in the file and its place in the list. */
export function eachPacked(
  { bytes, ends, offsets }: PackedLines,
  visit: (line: Uint8Array, offset: number, index: number) => void,
): void {
  let start = 0;
  ends.forEach((end, index) => {
    visit(bytes.subarray(start, end), offsets[index] ?? 0, index);
    start = end;
  });
}
