import { MAX_LINE_BYTES } from './log-line.js';

/** One line of a file as its bytes stand there, not yet read. */
export interface RawLine {
  /** From 1. */
  readonly lineNumber: number;
  /** Of the line's first byte in the file. */
  readonly offset: number;
  /** Bytes with the line end. */
  readonly lengthBytes: number;
  /** Without the line end; of a line longer than MAX_LINE_BYTES its first ones. Shares memory with the chunk. */
  readonly raw: Uint8Array;
  readonly lineEnd: '' | '\n' | '\r\n';
}

/** Where the bytes that are fed stand in their file. */
export interface SplitterStart {
  /** Number of the first line; 1 where nothing is said. */
  readonly lineNumber?: number;
  /** Of the first byte; 0 where nothing is said. */
  readonly offset?: number;
}

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = new Uint8Array(0);

/**
 * Takes bytes in pieces of any size and gives back lines: `feed` a piece, take lines with `next` until there is none,
 * feed the next piece; at the end of the file, `end` gives the line that nobody has finished, if there is one. Holds
 * at most one piece and MAX_LINE_BYTES of an unfinished line.
 */
export class LineSplitter {
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** The beginning of a line whose end has not come yet, its first MAX_LINE_BYTES at most. */
  #carry = new Uint8Array(256);
  #carried = 0;
  /** Bytes of the unfinished line in earlier pieces, those not kept included. */
  #carriedLength = 0;
  #lastCarried = 0;
  #lineNumber: number;
  #offset: number;

  constructor({ lineNumber = 1, offset = 0 }: SplitterStart = {}) {
    this.#lineNumber = lineNumber;
    this.#offset = offset;
  }

  /** The next piece. Its bytes must not change as long as lines of it are in use. Throws when the last one is unread. */
  feed(chunk: Uint8Array): void {
    if (this.#at < this.#chunk.length)
      throw new RangeError('take all lines of a piece before feeding the next');
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** The next finished line; undefined when the piece holds none any more. */
  next(): RawLine | undefined {
    const at = this.#at;
    const end = this.#chunk.indexOf(LF, at);
    if (end < 0) {
      this.#keep(this.#chunk.subarray(at));
      this.#at = this.#chunk.length;
      return undefined;
    }
    this.#at = end + 1;
    if (this.#carriedLength === 0) {
      const hasCr = end > at && this.#chunk[end - 1] === CR;
      const raw = this.#chunk.subarray(at, Math.min(hasCr ? end - 1 : end, at + MAX_LINE_BYTES));
      return this.#line(raw, end + 1 - at, hasCr ? '\r\n' : '\n');
    }
    this.#keep(this.#chunk.subarray(at, end));
    const hasCr = this.#lastCarried === CR;
    const rawLength = Math.min(this.#carriedLength - (hasCr ? 1 : 0), MAX_LINE_BYTES);
    return this.#line(this.#carry.slice(0, rawLength), this.#carriedLength + 1, hasCr ? '\r\n' : '\n');
  }

  /** The last line of the file, which has no end; undefined when the file ends with a line end, or is empty. */
  end(): RawLine | undefined {
    if (this.#carriedLength === 0) return undefined;
    return this.#line(this.#carry.slice(0, this.#carried), this.#carriedLength, '');
  }

  #line(raw: Uint8Array, lengthBytes: number, lineEnd: RawLine['lineEnd']): RawLine {
    const line = { lineNumber: this.#lineNumber, offset: this.#offset, lengthBytes, raw, lineEnd };
    this.#lineNumber += 1;
    this.#offset += lengthBytes;
    this.#carried = 0;
    this.#carriedLength = 0;
    return line;
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#carriedLength += bytes.length;
    this.#lastCarried = bytes[bytes.length - 1] ?? 0;
    const kept = bytes.subarray(0, MAX_LINE_BYTES - this.#carried);
    const needed = this.#carried + kept.length;
    if (needed > this.#carry.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#carry.length));
      larger.set(this.#carry.subarray(0, this.#carried));
      this.#carry = larger;
    }
    this.#carry.set(kept, this.#carried);
    this.#carried = needed;
  }
}

/** Whether bytes of the line were left out of `raw` because it is too long. */
export function isTooLong({ raw, lengthBytes, lineEnd }: RawLine): boolean {
  return raw.length + lineEnd.length < lengthBytes;
}
