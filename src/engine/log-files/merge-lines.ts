import type { LogLine } from '../../client-log/reading/log-line.js';
import { instantOf } from '../../client-log/zone-time.js';

/** The lines of one file, to be merged with those of others. */
export interface LineStream {
  /** The moment of its first record; -Infinity where it is not known. */
  readonly firstInstantMs: number;
  open(): AsyncIterable<readonly LogLine[]>;
}

/**
 * Merges files by time. The lines of a file keep their order: a line that goes back in time counts as of the latest
 * time before it, and so does one without a time. `streams` in order of their first moment; each is opened only when
 * its time has come, so that a thousand daily files are not open at once.
 */
export async function* mergeLines(streams: readonly LineStream[]): AsyncGenerator<readonly LogLine[]> {
  const waiting = [...streams];
  const open: Cursor[] = [];
  try {
    for (;;) {
      const first = earliest(open);
      const next = waiting[0];
      if (next !== undefined && (first === undefined || next.firstInstantMs <= first.instantMs)) {
        waiting.shift();
        const cursor = new Cursor(next.open());
        if (await cursor.load()) open.push(cursor);
        continue;
      }
      if (first === undefined) return;
      yield next === undefined && open.length === 1
        ? first.takeAll()
        : first.takeWhile(isBefore(first, open, next));
      if (first.isEmpty && !(await first.load())) open.splice(open.indexOf(first), 1);
    }
  } finally {
    await Promise.all(open.map((cursor) => cursor.close()));
  }
}

/** The first of those with the earliest time, so that equal times keep the order of the files. */
function earliest(cursors: readonly Cursor[]): Cursor | undefined {
  return cursors.reduce<Cursor | undefined>(
    (best, cursor) => (best === undefined || cursor.instantMs < best.instantMs ? cursor : best),
    undefined,
  );
}

/** Whether a line of `first` comes before the next ones of all others. */
function isBefore(
  first: Cursor,
  open: readonly Cursor[],
  next: LineStream | undefined,
): (instantMs: number) => boolean {
  const own = open.indexOf(first);
  const untilMs = Math.min(...open.slice(0, own).map((cursor) => cursor.instantMs));
  const throughMs = Math.min(
    next?.firstInstantMs ?? Infinity,
    ...open.slice(own + 1).map((cursor) => cursor.instantMs),
  );
  return (instantMs) => instantMs < untilMs && instantMs <= throughMs;
}

class Cursor {
  /** Of the next line. */
  instantMs = -Infinity;
  readonly #batches: AsyncIterator<readonly LogLine[]>;
  #batch: readonly LogLine[] = [];
  #at = 0;

  constructor(batches: AsyncIterable<readonly LogLine[]>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  get isEmpty(): boolean {
    return this.#at >= this.#batch.length;
  }

  /** The next batch; false when there is none. */
  async load(): Promise<boolean> {
    for (;;) {
      const next = await this.#batches.next();
      if (next.done === true) return false;
      if (next.value.length === 0) continue;
      this.#batch = next.value;
      this.#at = 0;
      this.instantMs = this.#instantAt(0);
      return true;
    }
  }

  /** The next line and those behind it whose moment passes the test. */
  takeWhile(passes: (instantMs: number) => boolean): readonly LogLine[] {
    const from = this.#at;
    do {
      this.#at += 1;
      if (this.isEmpty) break;
      this.instantMs = this.#instantAt(this.#at);
    } while (passes(this.instantMs));
    return from === 0 && this.isEmpty ? this.#batch : this.#batch.slice(from, this.#at);
  }

  /** All lines at hand. */
  takeAll(): readonly LogLine[] {
    const from = this.#at;
    this.#at = this.#batch.length;
    return from === 0 ? this.#batch : this.#batch.slice(from);
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }

  #instantAt(index: number): number {
    const line = this.#batch[index];
    if (line?.kind !== 'record') return this.instantMs;
    return Math.max(this.instantMs, instantOf(line.record.time, line.file.timeZone));
  }
}
