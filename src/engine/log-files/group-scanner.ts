import { parseQuery } from '../../client-log/query/parse-query.js';
import type { Query } from '../../client-log/query/query.js';
import { localTime } from '../../client-log/local-time.js';
import type { LineCounts, LogFileRef, LogLine, ReadRecord } from '../../client-log/reading/log-line.js';
import { readLine } from '../../client-log/reading/read-client-log.js';
import { instantOf } from '../../client-log/zone-time.js';
import { GroupTable } from '../../log-tools/stats/group-table.js';
import { LineTally } from './line-tally.js';
import { rawLine } from './raw-line.js';
import { ScanKernel } from './scan-kernel.js';
import type { Scanner, ScanTask, ScanTaskResult, ScanWork } from './scan-task.js';
import { unpackedBytes } from './unpack.js';
import { eachLine, INPUT_BYTES, readRange, WholeLines, type LineSink } from './whole-lines.js';

type GroupWork = Extract<ScanWork, { kind: 'group' }>;

/** Counts records by groups: the kernel those of the usual shape, the tolerant reader all others. */
export class GroupScanner implements Scanner {
  readonly #work: GroupWork;
  readonly #query: Query | undefined;
  readonly #table: GroupTable;
  readonly #kernel = new ScanKernel(INPUT_BYTES);

  constructor(work: GroupWork) {
    this.#work = work;
    this.#table = new GroupTable(work);
    this.#query = work.query && parseQuery(work.query.text, work.query.context);
    this.#kernel.prepareGroups(work.parts, work);
    if (this.#query?.requiredText !== undefined) this.#kernel.prepareText(this.#query.requiredText);
  }

  run(task: ScanTask): ScanTaskResult | Promise<ScanTaskResult> {
    const sink = this.#sink(task.file);
    if (task.kind === 'packed') return this.#runPacked(task, sink);
    const isWhole = readRange(task.fd, task.range, this.#kernel, sink);
    return { counts: sink.counts(), isCut: !isWhole };
  }

  groups(): GroupTable {
    this.#kernel.addGroupsTo(this.#table);
    return this.#table;
  }

  async #runPacked(task: Extract<ScanTask, { kind: 'packed' }>, sink: GroupSink): Promise<ScanTaskResult> {
    const lines = new WholeLines(this.#kernel, sink, 0);
    for await (const bytes of unpackedBytes(task.source)) lines.feed(bytes);
    lines.end();
    return { counts: sink.counts(), isCut: false };
  }

  #sink(file: LogFileRef): GroupSink {
    return new GroupSink({
      kernel: this.#kernel,
      query: this.#query,
      file,
      isKernelEnough: this.#query === undefined && file.timeZone === this.#work.timeZone,
      count: (record) => this.#table.addRecord(this.#inZone(record, file), this.#work.parts),
    });
  }

  #inZone(record: ReadRecord, { timeZone }: LogFileRef): ReadRecord {
    if (timeZone === this.#work.timeZone) return record;
    return { ...record, time: localTime(instantOf(record.time, timeZone), this.#work.timeZone).time };
  }
}

interface GroupSinkParts {
  readonly kernel: ScanKernel;
  readonly query: Query | undefined;
  readonly file: LogFileRef;
  /** Whether lines of the usual shape need nothing but counting. */
  readonly isKernelEnough: boolean;
  readonly count: (record: ReadRecord) => void;
}

class GroupSink implements LineSink {
  readonly #parts: GroupSinkParts;
  readonly #tally = new LineTally();
  readonly #recordsBefore: number;

  constructor(parts: GroupSinkParts) {
    this.#parts = parts;
    this.#recordsBefore = parts.kernel.recordCount;
  }

  counts(): LineCounts {
    return this.#tally.counts(this.#parts.kernel.recordCount - this.#recordsBefore);
  }

  lines(bytes: number, offset: number): void {
    const { kernel, query, isKernelEnough } = this.#parts;
    const visit = (start: number, end: number) =>
      this.#line(kernel.input.subarray(start, end), offset + start);
    if (isKernelEnough) kernel.countGroups(bytes, visit);
    else if (query?.requiredText !== undefined) kernel.findLines(bytes, visit);
    else eachLine(kernel.input, bytes, visit);
  }

  longLine(): void {
    this.#tally.add('malformed');
  }

  lastLine(bytes: Uint8Array, offset: number): void {
    this.#line(bytes, offset);
  }

  #line(bytes: Uint8Array, offset: number): void {
    const { query, file, count } = this.#parts;
    const line: LogLine = readLine(rawLine(bytes, { lineNumber: 0, offset }), file);
    this.#tally.addLine(line);
    if (line.kind === 'record' && (query === undefined || query.matches(line.record, file)))
      count(line.record);
  }
}
