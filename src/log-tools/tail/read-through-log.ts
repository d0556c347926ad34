import type { LogLine } from '../../client-log/reading/log-line.js';
import type { GrowingLog, StartedLog, StartRequest } from './growing-log.js';
import type { LineChoice } from './line-choice.js';
import type { TailEvent } from './tail-event.js';

export interface ReadThroughParts {
  /** Opens it; asked for once. */
  readonly open: () => Promise<AsyncIterable<readonly LogLine[]>>;
  /** `lasting`: more may come at any time, as from stdin; `whole`: what is there is all, as in a packed log. */
  readonly kind: 'lasting' | 'whole';
  readonly choice: LineChoice;
}

const NOTHING: StartedLog = { lines: [], scannedBytes: 0, isCut: false };

/** A log that can only be read from its start on: stdin, or a packed one. It ends when it has been read. */
export class ReadThroughLog implements GrowingLog {
  readonly #parts: ReadThroughParts;
  #isOver = false;

  constructor(parts: ReadThroughParts) {
    this.#parts = parts;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Reads to the end, unless what comes is to be followed. Rejects as the opener does. */
  async start(request: StartRequest): Promise<StartedLog> {
    if (this.#parts.kind === 'lasting' && request.unfinished === 'left') return NOTHING;
    const last = new LastOfStream(request);
    for await (const batch of await this.#parts.open()) last.add(this.#wanted(batch));
    this.#isOver = true;
    return last.result();
  }

  /** Ends only when the stream does. */
  async *poll(): AsyncGenerator<TailEvent> {
    if (this.#isOver) return;
    for await (const batch of await this.#parts.open()) {
      const lines = this.#wanted(batch);
      if (lines.length > 0) yield { kind: 'lines', lines };
    }
    this.#isOver = true;
  }

  async *leave(): AsyncGenerator<TailEvent> {}

  #wanted(batch: readonly LogLine[]): readonly LogLine[] {
    return batch.filter((line) => this.#parts.choice.wants(line));
  }
}

/** The last lines of a stream, in bounded memory. */
class LastOfStream {
  readonly #request: StartRequest;
  #lines: LogLine[] = [];
  #bytes = 0;
  #isCut = false;

  constructor(request: StartRequest) {
    this.#request = request;
  }

  add(batch: readonly LogLine[]): void {
    const { count, maxScanBytes } = this.#request;
    // A line shares the memory of a whole piece of the file, which few wanted lines must not hold.
    const lines = [...this.#lines, ...batch.map((line) => ({ ...line, raw: line.raw.slice() }))];
    this.#bytes += batch.reduce((sum, { raw }) => sum + raw.length, 0);
    let dropped = 0;
    while (lines.length - dropped > count || this.#bytes > maxScanBytes) {
      this.#isCut ||= lines.length - dropped <= count;
      this.#bytes -= lines[dropped]?.raw.length ?? 0;
      dropped += 1;
    }
    this.#lines = lines.slice(dropped);
  }

  result(): StartedLog {
    return { lines: this.#lines, scannedBytes: this.#bytes, isCut: this.#isCut };
  }
}
