import { parseQuery } from '../../client-log/query/parse-query.js';
import type { Query } from '../../client-log/query/query.js';
import { addCounts, NO_LINES } from '../../client-log/reading/count-lines.js';
import type { LineCounts, LogFileRef } from '../../client-log/reading/log-line.js';
import type { GroupTable } from '../../log-tools/stats/group-table.js';
import { LinePacker, type PackedLines } from './line-packer.js';
import { RecordCounter } from './record-counter.js';
import { ScanKernel } from './scan-kernel.js';
import type { GroupWork, Scanner, ScanTask, ScanTaskResult } from './scan-task.js';
import { unpackedBytes } from './unpack.js';
import { eachLine, INPUT_BYTES, readRange, WholeLines, type LineSink } from './whole-lines.js';

/**
 * Counts records by groups: the kernel those of the usual shape. The few others of a piece are handed back, so that
 * one thread alone has to warm up for them; where they are many, they are read here.
 */
export class GroupScanner implements Scanner {
  readonly #work: GroupWork;
  readonly #query: Query | undefined;
  readonly #counter: RecordCounter;
  readonly #kernel = new ScanKernel(INPUT_BYTES);

  constructor(work: GroupWork) {
    this.#work = work;
    this.#query = work.query && parseQuery(work.query.text, work.query.context);
    this.#counter = new RecordCounter(work, this.#query);
    this.#kernel.prepareGroups(work.parts, work);
    if (this.#query?.requiredText !== undefined) this.#kernel.prepareText(this.#query.requiredText);
  }

  run(task: ScanTask): ScanTaskResult | Promise<ScanTaskResult> {
    const sink = this.#sink(task.file);
    if (task.kind === 'packed') return this.#runPacked(task, sink);
    const isWhole = readRange(task.fd, task.range, this.#kernel, sink);
    return { odd: sink.odd(), isCut: !isWhole };
  }

  groups(): { readonly table: GroupTable; readonly counts: LineCounts } {
    const { table, counts } = this.#counter;
    this.#kernel.addGroupsTo(table);
    const records = this.#kernel.recordCount;
    return { table, counts: addCounts(counts, { ...NO_LINES, lines: records, records }) };
  }

  async #runPacked(task: Extract<ScanTask, { kind: 'packed' }>, sink: GroupSink): Promise<ScanTaskResult> {
    const lines = new WholeLines(this.#kernel, sink, 0);
    for await (const bytes of unpackedBytes(task.source)) lines.feed(bytes);
    lines.end();
    return { odd: sink.odd(), isCut: false };
  }

  #sink(file: LogFileRef): GroupSink {
    return new GroupSink({
      kernel: this.#kernel,
      counter: this.#counter,
      requiredText: this.#query?.requiredText,
      file,
      isKernelEnough: this.#query === undefined && file.timeZone === this.#work.timeZone,
    });
  }
}

/** More lines than these are read by the thread that found them. */
const MAX_ODD_LINES = 500;

interface GroupSinkParts {
  readonly kernel: ScanKernel;
  readonly counter: RecordCounter;
  readonly requiredText: string | undefined;
  readonly file: LogFileRef;
  /** Whether lines of the usual shape need nothing but counting. */
  readonly isKernelEnough: boolean;
}

class GroupSink implements LineSink {
  readonly #parts: GroupSinkParts;
  readonly #odd = new LinePacker();

  constructor(parts: GroupSinkParts) {
    this.#parts = parts;
  }

  /** Lines that neither the kernel nor this thread has counted. */
  odd(): PackedLines {
    return this.#odd.packed();
  }

  lines(bytes: number, offset: number): void {
    const { kernel, counter, requiredText, file, isKernelEnough } = this.#parts;
    const lineAt = (start: number, end: number) => kernel.input.subarray(start, end);
    const count = (start: number, end: number) => counter.add(lineAt(start, end), offset + start, file);
    if (isKernelEnough) {
      kernel.countGroups(bytes, (start, end) => {
        if (this.#odd.count < MAX_ODD_LINES) this.#odd.add(lineAt(start, end), offset + start);
        else count(start, end);
      });
    } else if (requiredText !== undefined) kernel.findLines(bytes, count);
    else eachLine(kernel.input, bytes, count);
  }

  longLine(): void {
    this.#parts.counter.addLongLine();
  }

  lastLine(bytes: Uint8Array, offset: number): void {
    this.#parts.counter.add(bytes, offset, this.#parts.file);
  }
}
