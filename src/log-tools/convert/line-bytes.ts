const FIRST_CAPACITY_BYTES = 256 * 1024;
/** UTF-8 of one UTF-16 unit at most. */
const MAX_BYTES_PER_UNIT = 3;

/** Bytes of a result, gathered into large pieces. */
export class LineBytes {
  readonly #encoder = new TextEncoder();
  #buffer = new Uint8Array(FIRST_CAPACITY_BYTES);
  #sizeBytes = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  addBytes(bytes: Uint8Array): void {
    this.#ensure(bytes.length);
    this.#buffer.set(bytes, this.#sizeBytes);
    this.#sizeBytes += bytes.length;
  }

  /** As UTF-8; a lone surrogate becomes U+FFFD. */
  addText(text: string): void {
    this.#ensure(text.length * MAX_BYTES_PER_UNIT);
    const { written } = this.#encoder.encodeInto(text, this.#buffer.subarray(this.#sizeBytes));
    this.#sizeBytes += written;
  }

  /** What was gathered; it belongs to the caller. */
  take(): Uint8Array {
    const taken = this.#buffer.subarray(0, this.#sizeBytes);
    this.#buffer = new Uint8Array(FIRST_CAPACITY_BYTES);
    this.#sizeBytes = 0;
    return taken;
  }

  #ensure(moreBytes: number): void {
    const needed = this.#sizeBytes + moreBytes;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#sizeBytes));
    this.#buffer = larger;
  }
}
