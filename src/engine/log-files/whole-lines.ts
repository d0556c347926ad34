import { readSync } from 'node:fs';
import { MAX_LINE_BYTES } from '../../client-log/reading/log-line.js';
import type { ScanKernel } from './scan-kernel.js';

const LINE_FEED = 0x0a;
/** Small enough to stay in the processor's cache until the kernel has passed over it. */
const READ_BYTES = 128 * 1024;
/** Read at a time to find where a line begins or ends. */
const TAIL_BYTES = 64 * 1024;
/** Room for a read and for the longest line that is kept, with its end. */
export const INPUT_BYTES = READ_BYTES + MAX_LINE_BYTES + 2;

/** Told of a log's bytes as they come by, in order. Places count from the start of the file. */
export interface LineSink {
  /** The first `bytes` of the kernel's input are whole lines. */
  lines(bytes: number, offset: number): void;
  /** A line has passed that is too long to be kept. */
  longLine(): void;
  /** The last line of a file, without its end. */
  lastLine(bytes: Uint8Array, offset: number): void;
}

/** Cuts bytes into whole lines in the kernel's input. Memory stays flat, however long a line is. */
export class WholeLines {
  readonly #kernel: ScanKernel;
  readonly #sink: LineSink;
  #offset: number;
  #filled = 0;
  #isInLongLine = false;

  /** `offset`: where in the file the first byte stands, which must begin a line. */
  constructor(kernel: ScanKernel, sink: LineSink, offset: number) {
    this.#kernel = kernel;
    this.#sink = sink;
    this.#offset = offset;
  }

  /** Where in the file the next byte stands. */
  get position(): number {
    return this.#offset + this.#filled;
  }

  /** Whether the bytes so far end with a whole line. */
  get isBetweenLines(): boolean {
    return this.#filled === 0 && !this.#isInLongLine;
  }

  /** Free room in the kernel's input: what is written there is taken by `take`. */
  get room(): Buffer {
    return this.#kernel.input.subarray(this.#filled, this.#filled + READ_BYTES);
  }

  /** Takes `count` bytes that have been written to `room`. */
  take(count: number): void {
    this.#filled += count;
    if (this.#isInLongLine) this.#skipLongLine();
    if (this.#filled === 0) return;
    this.#emit(this.#kernel.input.lastIndexOf(LINE_FEED, this.#filled - 1) + 1);
    if (this.#filled > MAX_LINE_BYTES + 1) this.#skipLongLine();
  }

  /** Takes bytes that came in pieces. */
  feed(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength;) {
      const { room } = this;
      const piece = bytes.subarray(at, at + room.byteLength);
      room.set(piece);
      at += piece.byteLength;
      this.take(piece.byteLength);
    }
  }

  /** No more bytes come: a line without its end is told. */
  end(): void {
    if (this.#isInLongLine) this.#sink.longLine();
    else if (this.#filled > 0) {
      this.#sink.lastLine(Buffer.from(this.#kernel.input.subarray(0, this.#filled)), this.#offset);
    }
  }

  #emit(bytes: number): void {
    if (bytes === 0) return;
    this.#sink.lines(bytes, this.#offset);
    this.#drop(bytes);
  }

  #drop(bytes: number): void {
    this.#kernel.input.copyWithin(0, bytes, this.#filled);
    this.#filled -= bytes;
    this.#offset += bytes;
  }

  /** Passes over the bytes of a line that is too long, up to its end. */
  #skipLongLine(): void {
    const feed = this.#kernel.input.subarray(0, this.#filled).indexOf(LINE_FEED);
    this.#drop(feed < 0 ? this.#filled : feed + 1);
    this.#isInLongLine = feed < 0;
    if (feed >= 0) this.#sink.longLine();
  }
}

/** A part of a file: the lines that begin in it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
  /** Size of the file when it was opened; what is appended meanwhile is not looked at. */
  readonly sizeBytes: number;
}

/**
 * Reads the lines of a file that begin in a range, the last one to its end wherever that is. False when the file ended
 * before its size: it has been cut while it was read.
 */
export function readRange(fd: number, range: ByteRange, kernel: ScanKernel, sink: LineSink): boolean {
  const start = range.start === 0 ? 0 : firstLineIn(fd, range);
  if (start === undefined) return true;
  const lines = new WholeLines(kernel, sink, start);
  while (lines.position < range.end) {
    const { room } = lines;
    const wanted = Math.min(room.byteLength, range.end - lines.position);
    const count = readSync(fd, room, 0, wanted, lines.position);
    if (count === 0) return endEarly(lines);
    lines.take(count);
  }
  while (!lines.isBetweenLines && lines.position < range.sizeBytes) {
    const room = lines.room.subarray(0, TAIL_BYTES);
    const wanted = Math.min(room.byteLength, range.sizeBytes - lines.position);
    const count = readSync(fd, room, 0, wanted, lines.position);
    if (count === 0) return endEarly(lines);
    const feed = room.subarray(0, count).indexOf(LINE_FEED);
    lines.take(feed < 0 ? count : feed + 1);
  }
  lines.end();
  return true;
}

function endEarly(lines: WholeLines): false {
  lines.end();
  return false;
}

/** Where the first line begins that begins in the range; undefined when none does. */
function firstLineIn(fd: number, { start, end }: ByteRange): number | undefined {
  const block = Buffer.allocUnsafe(TAIL_BYTES);
  for (let at = start - 1; at < end - 1;) {
    const count = readSync(fd, block, 0, Math.min(block.byteLength, end - 1 - at), at);
    if (count === 0) return undefined;
    const feed = block.subarray(0, count).indexOf(LINE_FEED);
    if (feed >= 0) return at + feed + 1;
    at += count;
  }
  return undefined;
}

/** Calls `visit` with each of the whole lines in the first `bytes`. */
export function eachLine(input: Buffer, bytes: number, visit: (start: number, end: number) => void): void {
  for (let start = 0; start < bytes;) {
    const end = input.indexOf(LINE_FEED, start) + 1;
    visit(start, end);
    start = end;
  }
}
