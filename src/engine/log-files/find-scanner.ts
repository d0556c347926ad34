import { parseQuery } from '../../client-log/query/parse-query.js';
import type { Query } from '../../client-log/query/query.js';
import type { LogFileRef } from '../../client-log/reading/log-line.js';
import { readLine } from '../../client-log/reading/read-client-log.js';
import { rawLine } from './raw-line.js';
import { ScanKernel } from './scan-kernel.js';
import type { Hits, QueryOrder, Scanner, ScanSum, ScanTask, ScanTaskResult } from './scan-task.js';
import { eachLine, INPUT_BYTES, readRange, type LineSink } from './whole-lines.js';

/**
 * Finds the records that match a query. Where every match must hold some text, only lines that hold it are read as
 * records at all.
 */
export class FindScanner implements Scanner {
  readonly #query: Query;
  readonly #kernel = new ScanKernel(INPUT_BYTES);

  constructor({ text, context }: QueryOrder) {
    this.#query = parseQuery(text, context);
    if (this.#query.requiredText !== undefined) this.#kernel.prepareText(this.#query.requiredText);
  }

  run(task: ScanTask): ScanTaskResult {
    if (task.kind !== 'range') throw new RangeError('packed files are not searched in ranges');
    const sink = new HitSink(this.#kernel, this.#query, task.file);
    const isWhole = readRange(task.fd, task.range, this.#kernel, sink);
    return { hits: sink.hits(), isCut: !isWhole };
  }

  finish(): ScanSum {
    return { kind: 'find' };
  }
}

class HitSink implements LineSink {
  readonly #kernel: ScanKernel;
  readonly #query: Query;
  readonly #file: LogFileRef;
  readonly #pieces: Uint8Array[] = [];
  readonly #ends: number[] = [];
  readonly #offsets: number[] = [];
  readonly #linesBefore: number[] = [];
  #bytes = 0;
  #lineCount = 0;

  constructor(kernel: ScanKernel, query: Query, file: LogFileRef) {
    this.#kernel = kernel;
    this.#query = query;
    this.#file = file;
  }

  lines(bytes: number, offset: number): void {
    let countedTo = 0;
    this.#visit(bytes, (start, end) => {
      if (!this.#isMatch(start, end, offset)) return;
      this.#lineCount += this.#kernel.countLineFeeds(countedTo, start);
      countedTo = start;
      this.#add(Buffer.from(this.#kernel.input.subarray(start, end)), offset + start);
    });
    this.#lineCount += this.#kernel.countLineFeeds(countedTo, bytes);
  }

  longLine(): void {
    this.#lineCount += 1;
  }

  lastLine(bytes: Uint8Array, offset: number): void {
    if (this.#isRecordMatch(bytes, offset)) this.#add(bytes, offset);
    this.#lineCount += 1;
  }

  hits(): Hits {
    return {
      bytes: Buffer.concat(this.#pieces),
      ends: this.#ends,
      offsets: this.#offsets,
      linesBefore: this.#linesBefore,
      lineCount: this.#lineCount,
    };
  }

  #visit(bytes: number, visit: (start: number, end: number) => void): void {
    if (this.#query.requiredText !== undefined) return this.#kernel.findLines(bytes, visit);
    eachLine(this.#kernel.input, bytes, visit);
  }

  #isMatch(start: number, end: number, offset: number): boolean {
    return this.#isRecordMatch(this.#kernel.input.subarray(start, end), offset + start);
  }

  #isRecordMatch(bytes: Uint8Array, offset: number): boolean {
    const line = readLine(rawLine(bytes, { lineNumber: 0, offset }), this.#file);
    if (line.kind !== 'record' && line.kind !== 'incomplete') return false;
    return line.record !== undefined && this.#query.matches(line.record, this.#file);
  }

  #add(bytes: Uint8Array, offset: number): void {
    this.#pieces.push(bytes);
    this.#bytes += bytes.byteLength;
    this.#ends.push(this.#bytes);
    this.#offsets.push(offset);
    this.#linesBefore.push(this.#lineCount);
  }
}
