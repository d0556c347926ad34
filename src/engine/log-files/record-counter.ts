import { localTime } from '../../client-log/local-time.js';
import type { LineCounts, LogFileRef, ReadRecord } from '../../client-log/reading/log-line.js';
import { readingOf } from '../../client-log/reading/read-client-log.js';
import type { Query } from '../../client-log/query/query.js';
import { instantOf } from '../../client-log/zone-time.js';
import { GroupTable } from '../../log-tools/stats/group-table.js';
import { LineTally } from './line-tally.js';
import { rawLine } from './raw-line.js';
import type { GroupWork } from './scan-task.js';

/** Counts lines by groups with the tolerant reader: those that the kernel does not know, or all of them. */
export class RecordCounter {
  readonly table: GroupTable;
  readonly #work: GroupWork;
  readonly #query: Query | undefined;
  readonly #tally = new LineTally();

  constructor(work: GroupWork, query: Query | undefined) {
    this.table = new GroupTable(work);
    this.#work = work;
    this.#query = query;
  }

  /** What the lines so far were. */
  get counts(): LineCounts {
    return this.#tally.counts;
  }

  /** Counts a line by its bytes, line end included. */
  add(bytes: Uint8Array, offset: number, file: LogFileRef): void {
    const reading = readingOf(rawLine(bytes, { lineNumber: 0, offset }));
    this.#tally.addLine(reading);
    if (reading.kind !== 'record') return;
    const isMeant = this.#query === undefined || this.#query.matches(reading.record, file);
    if (isMeant) this.table.addRecord(this.#inZone(reading.record, file), this.#work.parts);
  }

  /** A line too long to be read. */
  addLongLine(): void {
    this.#tally.add('malformed');
  }

  #inZone(record: ReadRecord, { timeZone }: LogFileRef): ReadRecord {
    if (timeZone === this.#work.timeZone) return record;
    return { ...record, time: localTime(instantOf(record.time, timeZone), this.#work.timeZone).time };
  }
}
