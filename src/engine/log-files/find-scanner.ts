import { parseQuery } from '../../client-log/query/parse-query.js';
import type { Query } from '../../client-log/query/query.js';
import type { LogFileRef } from '../../client-log/reading/log-line.js';
import { readLine } from '../../client-log/reading/read-client-log.js';
import { LinePacker } from './line-packer.js';
import { lineTest, type LineTest } from './line-test.js';
import { rawLine } from './raw-line.js';
import { ScanKernel } from './scan-kernel.js';
import type { FindOrder, Hits, Scanner, ScanTask, ScanTaskResult } from './scan-task.js';
import { eachLine, INPUT_BYTES, readRange, type LineSink } from './whole-lines.js';

/**
 * Finds the records that match a query. Where every match must hold some text, only lines that hold it are read as
 * records at all.
 */
export class FindScanner implements Scanner {
  readonly #query: Query;
  readonly #isWanted: LineTest;
  readonly #kernel = new ScanKernel(INPUT_BYTES);

  constructor(order: FindOrder) {
    this.#query = parseQuery(order.query.text, order.query.context);
    this.#isWanted = lineTest(this.#query, order);
    if (this.#query.requiredText !== undefined) this.#kernel.prepareText(this.#query.requiredText);
  }

  run(task: ScanTask): ScanTaskResult {
    if (task.kind !== 'range') throw new RangeError('packed files are not searched in ranges');
    const sink = new HitSink({
      kernel: this.#kernel,
      hasText: this.#query.requiredText !== undefined,
      isWanted: this.#isWanted,
      file: task.file,
    });
    const isWhole = readRange(task.fd, task.range, this.#kernel, sink);
    return { hits: sink.hits(), isCut: !isWhole };
  }
}

interface HitSinkParts {
  readonly kernel: ScanKernel;
  /** Whether the kernel has a text by which to choose lines. */
  readonly hasText: boolean;
  readonly isWanted: LineTest;
  readonly file: LogFileRef;
}

class HitSink implements LineSink {
  readonly #parts: HitSinkParts;
  readonly #kernel: ScanKernel;
  readonly #packer = new LinePacker();
  readonly #linesBefore: number[] = [];
  #lineCount = 0;

  constructor(parts: HitSinkParts) {
    this.#parts = parts;
    this.#kernel = parts.kernel;
  }

  lines(bytes: number, offset: number): void {
    let countedTo = 0;
    this.#visit(bytes, (start, end) => {
      if (!this.#isWanted(this.#kernel.input.subarray(start, end), offset + start)) return;
      this.#lineCount += this.#kernel.countLineFeeds(countedTo, start);
      countedTo = start;
      this.#add(this.#kernel.input.subarray(start, end), offset + start);
    });
    this.#lineCount += this.#kernel.countLineFeeds(countedTo, bytes);
  }

  longLine(): void {
    this.#lineCount += 1;
  }

  lastLine(bytes: Uint8Array, offset: number): void {
    if (this.#isWanted(bytes, offset)) this.#add(bytes, offset);
    this.#lineCount += 1;
  }

  hits(): Hits {
    return { ...this.#packer.packed(), linesBefore: this.#linesBefore, lineCount: this.#lineCount };
  }

  #visit(bytes: number, visit: (start: number, end: number) => void): void {
    if (this.#parts.hasText) this.#kernel.findLines(bytes, visit);
    else eachLine(this.#kernel.input, bytes, visit);
  }

  #isWanted(bytes: Uint8Array, offset: number): boolean {
    const { isWanted, file } = this.#parts;
    return isWanted(readLine(rawLine(bytes, { lineNumber: 0, offset }), file));
  }

  #add(bytes: Uint8Array, offset: number): void {
    this.#packer.add(bytes, offset);
    this.#linesBefore.push(this.#lineCount);
  }
}
