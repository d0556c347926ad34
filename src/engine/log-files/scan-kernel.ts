import { unescapeColumn } from '../../client-log/escape.js';
import { DAY_BYTES, MinuteMap } from '../../log-tools/stats/minute-map.js';
import { MAX_GROUP_DAYS, MAX_GROUPS, type GroupTable } from '../../log-tools/stats/group-table.js';
import type { RecordPart } from '../../log-tools/stats/record-part.js';
import { SCAN_KERNEL } from './scan-kernel-bytes.js';

/** The part of the WebAssembly interface that is used; its types stand in TypeScript's DOM library only. */
interface WebAssemblyFace {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

const wasm = (globalThis as unknown as { readonly WebAssembly: WebAssemblyFace }).WebAssembly;

interface KernelGlobal {
  readonly value: number;
}

/** What kernel/index.ts exports; places in its memory are numbers. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly handedBack: KernelGlobal;
  readonly handedBackCount: KernelGlobal;
  readonly lineCount: KernelGlobal;
  readonly recordCount: KernelGlobal;
  readonly textBuffer: KernelGlobal;
  makeInput(bytes: number): number;
  prepareGroups(maxGroups: number, maxPageBytes: number): void;
  addKeyPart(part: number): void;
  groupTotal(): number;
  ungroupedTotal(): number;
  ungroupedFailedTotal(): number;
  isLackingPages(): number;
  entryAddress(index: number): number;
  prepareText(length: number): void;
  scanLines(from: number, end: number): number;
  findLines(from: number, end: number): number;
  countLineFeeds(from: number, end: number): number;
}

/** The numbers by which the kernel knows what keys are made of: columns by their place, the others from 16 on. */
const PART_NUMBERS: Readonly<Record<RecordPart, number>> = {
  protocol: 1,
  host: 2,
  port: 3,
  user: 4,
  operation: 7,
  code: 8,
  day: 16,
  hour: 17,
  folder: 18,
  extension: 19,
  result: 20,
};

const KERNEL_PAGE_BYTES = 192;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Called with each line that the kernel hands back: its place in the input, line end included. */
export type LineVisitor = (start: number, end: number) => void;

/**
 * One pass over a log by the WebAssembly kernel of `kernel/`: a buffer that log bytes are read into, and what is done
 * with every byte of it. Places are offsets in `input`.
 */
export class ScanKernel {
  readonly #exports: KernelExports;
  readonly #inputAt: number;
  readonly #inputBytes: number;
  #input: Buffer;

  constructor(inputBytes: number) {
    const instance = new wasm.Instance(kernelModule(), { env: { abort: kernelFailed } });
    this.#exports = instance.exports as unknown as KernelExports;
    this.#inputBytes = inputBytes;
    this.#inputAt = this.#exports.makeInput(inputBytes);
    this.#input = this.#view();
  }

  /** The buffer to read into. Taken anew each time, because the memory moves when it grows. */
  get input(): Buffer {
    if (this.#input.byteLength === 0) this.#input = this.#view();
    return this.#input;
  }

  /** Before `countGroups`: what records are counted by, and whether their minutes are kept. */
  prepareGroups(parts: readonly RecordPart[], { keepsMinutes }: { readonly keepsMinutes: boolean }): void {
    this.#exports.prepareGroups(MAX_GROUPS, keepsMinutes ? MAX_GROUP_DAYS * KERNEL_PAGE_BYTES : 0);
    for (const part of parts) this.#exports.addKeyPart(PART_NUMBERS[part]);
  }

  /** Before `findLines`: text of ASCII in lower case, at most 512 bytes. */
  prepareText(text: string): void {
    const at = this.#exports.textBuffer.value;
    Buffer.from(this.#exports.memory.buffer, at, text.length).write(text, 'latin1');
    this.#exports.prepareText(text.length);
  }

  /** Counts the whole lines in the first `bytes` of the input; those it cannot read by itself go to `handBack`. */
  countGroups(bytes: number, handBack: LineVisitor): void {
    this.#run(bytes, (from, end) => this.#exports.scanLines(from, end), handBack);
  }

  /** The lines in the first `bytes` of the input, which must end behind a line feed, that hold the prepared text. */
  findLines(bytes: number, found: LineVisitor): void {
    this.#run(bytes, (from, end) => this.#exports.findLines(from, end), found);
  }

  countLineFeeds(from: number, end: number): number {
    return this.#exports.countLineFeeds(this.#inputAt + from, this.#inputAt + end);
  }

  /** Records that the kernel has counted itself. */
  get recordCount(): number {
    return this.#exports.recordCount.value >>> 0;
  }

  /** Adds to `table` what has been counted, by the texts of the prepared parts. */
  addGroupsTo(table: GroupTable): void {
    const words = new Uint32Array(this.#exports.memory.buffer);
    const bytes = new Uint8Array(this.#exports.memory.buffer);
    const lacksPages = this.#exports.isLackingPages() !== 0;
    for (let index = 0; index < this.#exports.groupTotal(); index += 1) {
      const entry = this.#exports.entryAddress(index) >>> 2;
      const word = (place: number) => words[entry + place] ?? 0;
      const key = decoder.decode(bytes.subarray(word(1), word(1) + word(2)));
      table.addCounts(textsOf(key), {
        count: word(3),
        failed: word(4),
        inferred: word(5),
        firstSeconds: word(6),
        lastSeconds: word(7),
        minutes: lacksPages ? undefined : minutesAt(word(10), words, bytes),
      });
    }
    table.addUngrouped({
      count: this.#exports.ungroupedTotal() >>> 0,
      failed: this.#exports.ungroupedFailedTotal() >>> 0,
    });
  }

  #run(bytes: number, step: (from: number, end: number) => number, visit: LineVisitor): void {
    const end = this.#inputAt + bytes;
    let at = this.#inputAt;
    let stop: number;
    do {
      stop = step(at, end);
      const count = this.#exports.handedBackCount.value;
      const pairs = new Uint32Array(this.#exports.memory.buffer, this.#exports.handedBack.value, count * 2);
      for (let index = 0; index < count * 2; index += 2) {
        visit((pairs[index] ?? 0) - this.#inputAt, (pairs[index + 1] ?? 0) - this.#inputAt);
      }
      if (stop === at) return;
      at = stop;
    } while (at < end);
  }

  #view(): Buffer {
    return Buffer.from(this.#exports.memory.buffer, this.#inputAt, this.#inputBytes);
  }
}

/** Compiled once in each thread. */
let compiled: object | undefined;

function kernelModule(): object {
  compiled ??= new wasm.Module(Buffer.from(SCAN_KERNEL, 'base64'));
  return compiled;
}

function kernelFailed(): never {
  throw new RangeError('the scan kernel has run out of memory');
}

/** The parts of a key stand as in the file, parted by line feeds, which no column holds there. */
function textsOf(key: string): readonly string[] {
  return key.split('\n').map((part) => (part.includes('%') ? unescapeColumn(part).text : part));
}

/** Pages are chained, the newest first. */
function minutesAt(firstPage: number, words: Uint32Array, bytes: Uint8Array): MinuteMap {
  const pages: number[] = [];
  for (let page = firstPage; page !== 0; page = words[(page >>> 2) + 1] ?? 0) pages.push(page);
  const bits = new Uint8Array(pages.length * DAY_BYTES);
  pages.forEach((page, index) => bits.set(bytes.subarray(page + 8, page + 8 + DAY_BYTES), index * DAY_BYTES));
  return new MinuteMap(
    pages.map((page) => words[page >>> 2] ?? 0),
    bits,
  );
}
