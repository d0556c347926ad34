import type { OpenFile } from '../../core/files.js';
import type { RawLine } from '../../client-log/reading/line-splitter.js';
import { MAX_LINE_BYTES, type LogFileRef } from '../../client-log/reading/log-line.js';
import { readLine } from '../../client-log/reading/read-client-log.js';
import type { StartedLog, StartRequest } from './growing-log.js';
import type { LineChoice } from './line-choice.js';
import { readFully } from './read-fully.js';
import type { TailLine } from './tail-event.js';

export interface LastLinesRequest extends StartRequest {
  readonly ref: LogFileRef;
  /** Only what stands before is looked at. */
  readonly sizeBytes: number;
  readonly choice: LineChoice;
}

/** The last lines of a file. */
export interface LastLines extends StartedLog {
  /** Behind the last finished line: where reading goes on. */
  readonly endOffset: number;
}

const FIRST_BLOCK_BYTES = 64 * 1024;
const LARGEST_BLOCK_BYTES = 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;

/** Reads backwards from the end, so that the size of the file does not matter. Rejects as the system does. */
export async function readLastLines(file: OpenFile, request: LastLinesRequest): Promise<LastLines> {
  const reader = new BackwardReader(file, request);
  while (reader.goesOn) await reader.readBlock();
  return reader.result();
}

class BackwardReader {
  readonly #file: OpenFile;
  readonly #request: LastLinesRequest;
  /** The last one first. */
  readonly #lines: TailLine[] = [];
  /** All before is unread. */
  #at: number;
  /** End of the line whose start is looked for. */
  #lineEnd: number;
  /** Bytes of that line from `#at` on, the first piece first; empty when there are too many to keep. */
  #pieces: Uint8Array[] = [];
  #endOffset: number | undefined;
  #blockBytes = FIRST_BLOCK_BYTES;

  constructor(file: OpenFile, request: LastLinesRequest) {
    this.#file = file;
    this.#request = request;
    this.#at = request.sizeBytes;
    this.#lineEnd = request.sizeBytes;
  }

  get goesOn(): boolean {
    return this.#at > 0 && !this.#hasEnough && this.#scanned < this.#request.maxScanBytes;
  }

  get #hasEnough(): boolean {
    return this.#endOffset !== undefined && this.#lines.length >= this.#request.count;
  }

  get #scanned(): number {
    return this.#request.sizeBytes - this.#at;
  }

  async readBlock(): Promise<void> {
    const room = this.#request.maxScanBytes - this.#scanned;
    const start = Math.max(0, this.#at - Math.min(this.#blockBytes, room));
    this.#blockBytes = Math.min(this.#blockBytes * 2, LARGEST_BLOCK_BYTES);
    const block = await readFully(this.#file, start, this.#at - start);
    let end = block.length;
    // The line feed at the end of a line is its own, not that of the line before.
    let searchFrom = this.#lineEnd === this.#at ? end - 2 : end - 1;
    while (searchFrom >= 0 && !this.#hasEnough) {
      const lineFeed = block.lastIndexOf(LF, searchFrom);
      if (lineFeed < 0) break;
      await this.#endLine(start + lineFeed + 1, block.subarray(lineFeed + 1, end));
      end = lineFeed + 1;
      searchFrom = lineFeed - 1;
    }
    this.#at = start;
    if (this.#hasEnough) return;
    if (start === 0) await this.#endLine(0, block.subarray(0, end));
    else this.#keep(block.subarray(0, end));
  }

  result(): LastLines {
    return {
      lines: this.#lines.toReversed(),
      // A last line longer than all that was read: going on within it tells that it is too long.
      endOffset: this.#endOffset ?? this.#at,
      scannedBytes: this.#scanned,
      isCut: this.#at > 0 && !this.#hasEnough,
    };
  }

  /** The line from `offset` on is complete now; `head` are those of its bytes that are not kept yet. */
  async #endLine(offset: number, head: Uint8Array): Promise<void> {
    const { ref, count, choice, unfinished } = this.#request;
    const lengthBytes = this.#lineEnd - offset;
    const bytes = head.length === lengthBytes ? head : await this.#bytesOf(offset, lengthBytes, head);
    this.#lineEnd = offset;
    const hasEnd = bytes.at(-1) === LF;
    this.#endOffset ??= hasEnd ? offset + lengthBytes : offset;
    if (this.#lines.length >= count || (!hasEnd && unfinished === 'left')) return;
    const line = rawLine(bytes, offset, lengthBytes);
    if (!choice.mayWant(line.raw)) return;
    const read: TailLine = { ...readLine(line, ref), lineNumber: undefined };
    if (choice.wants(read)) this.#lines.push(read);
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.unshift(piece);
    const keptBytes = this.#pieces.reduce((sum, { length }) => sum + length, 0);
    if (keptBytes > MAX_KEPT_BYTES) this.#pieces = [];
  }

  /** The whole line; of one that is too long its first bytes and its last two, which say how it ends. */
  async #bytesOf(offset: number, lengthBytes: number, head: Uint8Array): Promise<Uint8Array> {
    const kept = joined([head, ...this.#pieces]);
    this.#pieces = [];
    if (kept.length === lengthBytes) return kept;
    const start = await readFully(this.#file, offset, Math.min(lengthBytes, MAX_LINE_BYTES));
    const end = await readFully(this.#file, Math.max(0, offset + lengthBytes - 2), 2);
    return joined([start, end]);
  }
}

/** A line that may still be read, with its end. */
const MAX_KEPT_BYTES = MAX_LINE_BYTES + 2;

/** `bytes` end as the line does, and begin with what of it may be kept. */
function rawLine(bytes: Uint8Array, offset: number, lengthBytes: number): RawLine {
  const hasLineFeed = bytes.at(-1) === LF;
  const lineEnd = !hasLineFeed ? '' : bytes.at(-2) === CR ? '\r\n' : '\n';
  const rawBytes = Math.min(lengthBytes - lineEnd.length, MAX_LINE_BYTES);
  return { lineNumber: 0, offset, lengthBytes, raw: bytes.subarray(0, rawBytes), lineEnd };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
