import type { PartnerBook } from '../../client-log/partners.js';
import { parseQuery } from '../../client-log/query/parse-query.js';
import { addCounts } from '../../client-log/reading/count-lines.js';
import type { LineCounts } from '../../client-log/reading/log-line.js';
import type { GroupName } from '../../log-tools/stats/groupings.js';
import { keepsMinutes, logStats, partsFor, type LogStats } from '../../log-tools/stats/log-stats.js';
import { throwIfCancelled } from '../../core/transfer-error.js';
import { FileRanges } from './file-ranges.js';
import type { LogFile } from './log-file.js';
import { unreadable } from './log-names.js';
import { HeapTrim } from './heap-trim.js';
import { eachPacked } from './line-packer.js';
import { RecordCounter } from './record-counter.js';
import { lanesFor, type ScanLanes, type ScanOptions } from './scan-lanes.js';
import type { GroupWork, QueryOrder, ScanTask } from './scan-task.js';

export interface GroupRequest {
  readonly by: readonly GroupName[];
  readonly partners: PartnerBook;
  readonly query?: QueryOrder | undefined;
  /** Zone in which times are counted. */
  readonly timeZone: string;
}

/** What is counted of all records, and what the lines were. */
export interface GroupedLogs extends LogStats {
  /** Of all lines; where a query was asked, of those that had to be read for it. */
  readonly counts: LineCounts;
}

const RANGE_BYTES = 8 * 1024 * 1024;

/** Counts the records of the files by groups, on several cores. */
export async function groupLogs(
  files: readonly LogFile[],
  { by, partners, query, timeZone }: GroupRequest,
  options: ScanOptions,
): Promise<GroupedLogs> {
  const work: GroupWork = {
    kind: 'group',
    parts: partsFor(by),
    keepsMinutes: keepsMinutes(by),
    query,
    timeZone,
  };
  const lanes = lanesFor(work, files, options.jobs);
  const counter = new RecordCounter(work, query && parseQuery(query.text, query.context));
  const scan = new GroupScan(lanes, counter, options);
  try {
    for (const file of files) await scan.add(file);
    await scan.settle();
    const counts = addCounts(counter.counts, await lanes.addGroupsTo(counter.table));
    // What the threads hold is freed before the rows are made.
    await lanes.close();
    new HeapTrim().trim();
    return { ...logStats(counter.table, by, partners), counts };
  } finally {
    await lanes.close();
    scan.close();
  }
}

/** Keeps all lanes busy with pieces of one file after another. */
class GroupScan {
  readonly #lanes: ScanLanes;
  readonly #counter: RecordCounter;
  readonly #options: ScanOptions;
  readonly #running = new Set<Promise<void>>();
  readonly #open = new Set<FileRanges>();

  constructor(lanes: ScanLanes, counter: RecordCounter, options: ScanOptions) {
    this.#lanes = lanes;
    this.#counter = counter;
    this.#options = options;
  }

  /** Resolves when the last piece of the file has been given to a lane. */
  async add(file: LogFile): Promise<void> {
    const { ref, body } = file;
    if (body.kind === 'packed') {
      await this.#whenFree();
      void this.#run({ kind: 'packed', source: body.source, file: ref });
      return;
    }
    const ranges = new FileRanges(file, body.sizeBytes, RANGE_BYTES);
    this.#open.add(ranges);
    const pieces: Promise<void>[] = [];
    for (let task = ranges.next(); task !== undefined; task = ranges.next()) {
      await this.#whenFree();
      pieces.push(this.#run(task));
    }
    void Promise.allSettled(pieces).then(() => {
      this.#open.delete(ranges);
      ranges.close();
    });
  }

  async settle(): Promise<void> {
    await Promise.all(this.#running);
  }

  close(): void {
    for (const ranges of this.#open) ranges.close();
  }

  async #whenFree(): Promise<void> {
    throwIfCancelled(this.#options.signal, 'log');
    while (this.#running.size >= this.#lanes.depth) await Promise.race(this.#running);
  }

  #run(task: ScanTask): Promise<void> {
    const piece = this.#scan(task);
    this.#running.add(piece);
    // Whoever waits for a free lane, or for the end, hears of a failure.
    void piece.then(
      () => this.#running.delete(piece),
      () => undefined,
    );
    return piece;
  }

  async #scan(task: ScanTask): Promise<void> {
    const { file } = task;
    try {
      const { odd, isCut } = await this.#lanes.scan(task);
      if (odd !== undefined) eachPacked(odd, (line, offset) => this.#counter.add(line, offset, file));
      if (isCut) this.#options.wasCut(file.name);
    } catch (error) {
      throw unreadable(file.name, error);
    }
  }
}
