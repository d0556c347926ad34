import { parseQuery } from '../../client-log/query/parse-query.js';
import type { LogFileRef, LogLine } from '../../client-log/reading/log-line.js';
import { readLine } from '../../client-log/reading/read-client-log.js';
import { throwIfCancelled } from '../../core/transfer-error.js';
import { linesOf, type LineOptions } from './all-lines.js';
import { FileRanges } from './file-ranges.js';
import type { LogFile } from './log-file.js';
import { unreadable } from './log-names.js';
import { eachPacked } from './line-packer.js';
import { lineTest } from './line-test.js';
import { mergeLines } from './merge-lines.js';
import { rawLine } from './raw-line.js';
import { lanesFor, type ScanLanes, type ScanOptions } from './scan-lanes.js';
import type { FindOrder, Hits, ScanTask, ScanTaskResult } from './scan-task.js';

const RANGE_BYTES = 8 * 1024 * 1024;
/** Pieces of a file that are scanned before theirs has come, unless what they found takes too much memory. */
const PIECES_AHEAD = 8;
const HELD_BYTES = 8 * 1024 * 1024;
/** Files whose first pieces are scanned before their time has come. */
const FILES_AHEAD = 3;

/** The records of the files that match, merged by time. Plain files are scanned on several cores. */
export async function* foundLines(
  files: readonly LogFile[],
  order: FindOrder,
  options: ScanOptions,
): AsyncGenerator<readonly LogLine[]> {
  const lanes = lanesFor({ kind: 'find', ...order }, files, options.jobs);
  const streams = files.map((file) =>
    file.body.kind === 'plain'
      ? new FoundInFile({ ...options, file, sizeBytes: file.body.sizeBytes, lanes })
      : new FoundInPacked(file, order, options),
  );
  try {
    yield* mergeLines(
      streams.map((stream, index) => ({
        firstInstantMs: stream.firstInstantMs,
        open: () => {
          for (const soon of streams.slice(index, index + 1 + FILES_AHEAD)) soon.start();
          return stream.lines();
        },
      })),
    );
  } finally {
    await lanes.close();
    for (const stream of streams) stream.close();
  }
}

interface FoundStream {
  readonly firstInstantMs: number;
  /** Begins to scan. */
  start(): void;
  lines(): AsyncIterable<readonly LogLine[]>;
  close(): void;
}

/** Packed files are read by this thread; unpacking takes longer than reading. */
class FoundInPacked implements FoundStream {
  readonly firstInstantMs: number;
  readonly #file: LogFile;
  readonly #order: FindOrder;
  readonly #options: LineOptions;

  constructor(file: LogFile, order: FindOrder, options: LineOptions) {
    this.firstInstantMs = file.firstInstantMs;
    this.#file = file;
    this.#order = order;
    this.#options = options;
  }

  start(): void {}

  close(): void {}

  async *lines(): AsyncGenerator<readonly LogLine[]> {
    const { query } = this.#order;
    const isWanted = lineTest(parseQuery(query.text, query.context), this.#order);
    for await (const batch of linesOf(this.#file, this.#options)) yield batch.filter(isWanted);
  }
}

interface FoundInFileParts extends LineOptions {
  readonly file: LogFile;
  readonly sizeBytes: number;
  readonly lanes: ScanLanes;
}

class FoundInFile implements FoundStream {
  readonly firstInstantMs: number;
  readonly #ref: LogFileRef;
  readonly #lanes: ScanLanes;
  readonly #ranges: FileRanges;
  readonly #options: LineOptions;
  /** Pieces under way or done, in order. */
  readonly #results: Promise<ScanTaskResult>[] = [];
  /** What is found and has not been given yet. */
  #heldBytes = 0;

  constructor({ file, sizeBytes, lanes, wasCut, signal }: FoundInFileParts) {
    this.firstInstantMs = file.firstInstantMs;
    this.#ref = file.ref;
    this.#lanes = lanes;
    this.#ranges = new FileRanges(file, sizeBytes, RANGE_BYTES);
    this.#options = { wasCut, signal };
  }

  start(): void {
    while (this.#results.length < PIECES_AHEAD && this.#heldBytes < HELD_BYTES) {
      const task = this.#ranges.next();
      if (task === undefined) return;
      const result = this.#scan(task);
      // Whoever takes it from the list hears of a failure; one that nobody takes any more is of no interest.
      result.catch(() => undefined);
      this.#results.push(result);
    }
  }

  async *lines(): AsyncGenerator<readonly LogLine[]> {
    let linesBefore = 0;
    this.start();
    for (let next = this.#results.shift(); next !== undefined; next = this.#results.shift()) {
      const { hits, isCut } = await next;
      this.#heldBytes -= hits?.bytes.byteLength ?? 0;
      throwIfCancelled(this.#options.signal, 'log');
      this.start();
      if (hits !== undefined) {
        yield linesFromHits(hits, this.#ref, linesBefore);
        linesBefore += hits.lineCount;
      }
      if (!isCut) continue;
      this.#options.wasCut(this.#ref.name);
      return;
    }
  }

  close(): void {
    this.#ranges.close();
  }

  async #scan(task: ScanTask): Promise<ScanTaskResult> {
    try {
      const result = await this.#lanes.scan(task);
      this.#heldBytes += result.hits?.bytes.byteLength ?? 0;
      return result;
    } catch (error) {
      throw unreadable(this.#ref.name, error);
    }
  }
}

function linesFromHits(hits: Hits, file: LogFileRef, linesBefore: number): readonly LogLine[] {
  const lines: LogLine[] = [];
  eachPacked(hits, (bytes, offset, index) => {
    const lineNumber = linesBefore + (hits.linesBefore[index] ?? 0) + 1;
    lines.push(readLine(rawLine(bytes, { lineNumber, offset }), file));
  });
  return lines;
}
