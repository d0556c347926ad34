const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts a byte stream into lines that end with LF or CR LF; neither end belongs to the line. Holds at most
 * one unfinished line, so a stream without any line end cannot grow memory beyond `maxLineBytes`.
 */
export class ByteLines {
  readonly #maxLineBytes: number;
  #parts: Buffer[] = [];
  #partBytes = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** True when no unfinished line is held. */
  get isEmpty(): boolean {
    return this.#partBytes === 0;
  }

  /**
   * Hands each complete line to `onLine`. False when a line is longer than allowed: the stream is then of no
   * use.
   */
  push(chunk: Buffer, onLine: (line: Buffer) => void): boolean {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      const line = this.#complete(chunk.subarray(start, end));
      if (line.length > this.#maxLineBytes) return false;
      onLine(line);
      start = end + 1;
    }
    return this.#keep(chunk.subarray(start));
  }

  /** The last line of a stream that ended without a line end; undefined when there is none. */
  end(): Buffer | undefined {
    return this.isEmpty ? undefined : this.#complete(Buffer.alloc(0));
  }

  #complete(piece: Buffer): Buffer {
    const line = this.#partBytes === 0 ? piece : Buffer.concat([...this.#parts, piece]);
    this.#parts = [];
    this.#partBytes = 0;
    return line.at(-1) === CR ? line.subarray(0, -1) : line;
  }

  #keep(piece: Buffer): boolean {
    if (piece.length === 0) return true;
    // A copy: the piece would otherwise hold the whole chunk in memory.
    this.#parts.push(Buffer.from(piece));
    this.#partBytes += piece.length;
    return this.#partBytes <= this.#maxLineBytes + 1;
  }
}
