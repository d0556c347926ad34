import type { Outcome } from '../../core/outcome.js';
import type { FileProgress } from '../../transfers/transfer-observer.js';

/** A file on its way, as it is shown. */
export interface MovingFile {
  readonly name: string;
  /** Undefined where the source hides its size: then no percentage is shown. */
  readonly sizeBytes: number | undefined;
  /** Of the copy as it stands on the target, with what stood there before this run. */
  readonly movedBytes: number;
  /** Set while it waits for its next attempt. */
  readonly isWaiting: boolean;
}

/** What a progress display shows, at one moment. */
export interface ProgressView {
  readonly moving: readonly MovingFile[];
  readonly settledFiles: number;
  readonly failedFiles: number;
  readonly retries: number;
  /** Payload bytes moved so far, those of failed attempts left out. */
  readonly movedBytes: number;
  readonly foundFiles: number;
  /** Undefined until the listing has ended, or where sizes are hidden. */
  readonly totalBytes: number | undefined;
  readonly isListed: boolean;
  /** Over the last ten seconds; undefined until there is something to measure. */
  readonly bytesPerSecond: number | undefined;
  readonly elapsedMs: number;
}

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

interface Moving extends FileProgress {
  movedBytes: number;
  inheritedBytes: number;
  isWaiting: boolean;
}

const RATE_WINDOW_MS = 10_000;
const MIN_RATE_SPAN_MS = 500;

/** Counts what a batch tells; knows no terminal. */
export class ProgressState {
  readonly #now: () => number;
  readonly #startedMs: number;
  readonly #moving = new Map<number, Moving>();
  #samples: Sample[] = [];
  #settledFiles = 0;
  #failedFiles = 0;
  #retries = 0;
  #settledBytes = 0;
  /** Sizes of files that need not be moved any more, whatever became of them. */
  #doneBytes = 0;
  #foundFiles = 0;
  #foundBytes = 0;
  #isListed = false;

  /** `now`: milliseconds that never go back. */
  constructor(now: () => number) {
    this.#now = now;
    this.#startedMs = now();
  }

  listed(files: number, bytes: number, complete: boolean): void {
    this.#foundFiles = Math.max(this.#foundFiles, files);
    this.#foundBytes = Math.max(this.#foundBytes, bytes);
    this.#isListed ||= complete;
  }

  started(file: FileProgress): void {
    this.#moving.set(file.id, { ...file, movedBytes: 0, inheritedBytes: 0, isWaiting: false });
  }

  moved(file: FileProgress, movedBytes: number, inheritedBytes = 0): void {
    const moving = this.#moving.get(file.id);
    if (moving === undefined) return;
    moving.movedBytes = movedBytes;
    moving.inheritedBytes = inheritedBytes;
    moving.isWaiting = false;
  }

  retried(file: FileProgress): void {
    this.#retries += 1;
    const moving = this.#moving.get(file.id);
    if (moving === undefined) return;
    // The next attempt goes on from there where it can.
    moving.isWaiting = true;
  }

  settled(file: FileProgress, outcome: Outcome): void {
    const moving = this.#moving.get(file.id);
    this.#moving.delete(file.id);
    this.#settledFiles += 1;
    if (outcome.kind === 'failed') this.#failedFiles += 1;
    if (outcome.kind === 'succeeded') this.#settledBytes += moving?.movedBytes ?? 0;
    this.#doneBytes += file.sizeBytes ?? moving?.movedBytes ?? 0;
  }

  /** Call once per tick: each call is one sample of the rate. */
  view(): ProgressView {
    const nowMs = this.#now();
    const moving = [...this.#moving.values()];
    const inFlight = moving.reduce((sum, file) => sum + file.movedBytes, 0);
    const inherited = moving.reduce((sum, file) => sum + file.inheritedBytes, 0);
    const movedBytes = this.#settledBytes + inFlight;
    this.#takeSample({ atMs: nowMs, bytes: movedBytes });
    return {
      moving: moving.map(({ source, sizeBytes, isWaiting, ...file }) => ({
        name: source,
        sizeBytes,
        movedBytes: file.movedBytes + file.inheritedBytes,
        isWaiting,
      })),
      settledFiles: this.#settledFiles,
      failedFiles: this.#failedFiles,
      retries: this.#retries,
      movedBytes,
      foundFiles: this.#foundFiles,
      totalBytes: this.#remainingTotal(movedBytes, inFlight + inherited),
      isListed: this.#isListed,
      bytesPerSecond: this.#rate(),
      elapsedMs: Math.round(nowMs - this.#startedMs),
    };
  }

  /** What has moved and what is still to move; files that were skipped or failed count no more. */
  #remainingTotal(movedBytes: number, underWay: number): number | undefined {
    if (!this.#isListed || this.#foundBytes === 0) return undefined;
    return movedBytes + Math.max(0, this.#foundBytes - this.#doneBytes - underWay);
  }

  #takeSample(sample: Sample): void {
    // A failed attempt takes its bytes back: measure anew instead of showing a negative rate.
    if (sample.bytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples = [];
    this.#samples.push(sample);
    const oldest = sample.atMs - RATE_WINDOW_MS;
    while (this.#samples.length > 2 && (this.#samples[1]?.atMs ?? oldest) <= oldest) this.#samples.shift();
  }

  #rate(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const spanMs = last.atMs - first.atMs;
    return spanMs < MIN_RATE_SPAN_MS ? undefined : Math.round(((last.bytes - first.bytes) * 1000) / spanMs);
  }
}
