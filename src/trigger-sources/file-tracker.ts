import type { Observation } from './file-readiness.js';
import { isSameVersion, type FileVersion, type SeenFile } from './seen-file.js';

/** So many files are held in memory; of what is beyond, the waiting ones have their turn later and the others cost a question to the store. */
export const TRACKER_LIMITS = { waiting: 100_000, taken: 200_000 } as const;

export interface TrackerOptions {
  /** `new`: a path that was taken is taken whatever becomes of it. */
  readonly events: 'new' | 'changed';
  readonly limits?: { readonly waiting: number; readonly taken: number };
}

/**
 * - `taken`: it has fired, or the store knows it
 * - `renamed time`: taken too, but the server tells its time less exactly or more exactly now: the store must learn that
 * - `waiting`: it is observed
 * - `fresh`: the store must be asked whether it knows this one
 */
export type Sight = 'taken' | 'renamed time' | 'waiting' | 'fresh';

interface Taken extends FileVersion {
  look: number;
}

/** A file that may fire when its time has come. */
export interface WaitingFile {
  readonly observation: Observation;
  /** It was held up by something outside itself: not before this time of the clock that never goes back. */
  readonly notBeforeMs: number;
}

interface Waiting extends WaitingFile {
  observation: Observation;
  notBeforeMs: number;
  look: number;
}

/**
 * What a trigger remembers of the files of its folder between two looks: which fired, and since when the others are as
 * they are. Bounded, and never the truth: the store is. By `relativePath`.
 */
export class FileTracker {
  readonly #events: 'new' | 'changed';
  readonly #limits: { readonly waiting: number; readonly taken: number };
  readonly #taken = new Map<string, Taken>();
  readonly #waiting = new Map<string, Waiting>();
  #look = 0;
  #beganMs = 0;
  #isShort = false;

  constructor({ events, limits = TRACKER_LIMITS }: TrackerOptions) {
    this.#events = events;
    this.#limits = limits;
  }

  /** Begins a whole look. */
  begin(monotonicMs: number): void {
    this.#look += 1;
    this.#beganMs = monotonicMs;
    this.#isShort = false;
  }

  /**
   * The whole look has seen everything. What it showed to be new or changed counts as seen at this one moment, so that it
   * is ready at one moment too: else the first that the system lists would go first, and not the oldest.
   */
  seenTogether(monotonicMs: number): void {
    for (const waiting of this.#waiting.values()) {
      const { observation } = waiting;
      if (observation.sinceMs < this.#beganMs) continue;
      waiting.observation = { ...observation, sinceMs: monotonicMs };
    }
  }

  /** The whole look came to its good end: what it did not show is gone. Not to be called after a look that failed. */
  finish(): void {
    for (const [path, { look }] of this.#taken) if (look !== this.#look) this.#taken.delete(path);
    for (const [path, { look }] of this.#waiting) if (look !== this.#look) this.#waiting.delete(path);
  }

  /** True when the last whole look showed more files than can be held; the next one shows the others. */
  get isShort(): boolean {
    return this.#isShort;
  }

  /** With `events: new`, a path that was taken needs no look at the file itself. */
  isTakenByPath(relativePath: string): boolean {
    const taken = this.#events === 'new' ? this.#taken.get(relativePath) : undefined;
    if (taken === undefined) return false;
    taken.look = this.#look;
    return true;
  }

  see(file: SeenFile, monotonicMs: number): Sight {
    const taken = this.#taken.get(file.relativePath);
    if (taken !== undefined) taken.look = this.#look;
    if (taken !== undefined && (this.#events === 'new' || isSameVersion(taken, file))) {
      if (this.#events === 'new' || taken.modifiedMs === file.modifiedMs) return 'taken';
      return 'renamed time';
    }
    const waiting = this.#waiting.get(file.relativePath);
    if (waiting === undefined) return 'fresh';
    waiting.look = this.#look;
    waiting.notBeforeMs = 0;
    waiting.observation = seenAgain(waiting.observation, file, monotonicMs);
    return 'waiting';
  }

  /** True when another version of it has fired. */
  hasTaken(relativePath: string): boolean {
    return this.#taken.has(relativePath);
  }

  /** A fresh file that the store does not know begins to wait. */
  wait(file: SeenFile, monotonicMs: number): void {
    if (this.#waiting.size >= this.#limits.waiting) this.#isShort = true;
    else {
      const observation: Observation = { file, sinceMs: monotonicMs, change: 'first' };
      this.#waiting.set(file.relativePath, { observation, notBeforeMs: 0, look: this.#look });
    }
  }

  /** It fired, or the store knows it. */
  take(file: SeenFile): void {
    this.#waiting.delete(file.relativePath);
    const { sizeBytes, modifiedMs, precisionMs } = file;
    if (this.#taken.size < this.#limits.taken || this.#taken.has(file.relativePath))
      this.#taken.set(file.relativePath, { sizeBytes, modifiedMs, precisionMs, look: this.#look });
  }

  gone(relativePath: string): void {
    this.#waiting.delete(relativePath);
    this.#taken.delete(relativePath);
  }

  /** From now on the store is asked about each file anew. */
  forgetTaken(): void {
    this.#taken.clear();
  }

  /** It is held up until then, or with `Infinity` until it is seen again. */
  holdUp(relativePath: string, notBeforeMs: number): void {
    const waiting = this.#waiting.get(relativePath);
    if (waiting !== undefined) waiting.notBeforeMs = notBeforeMs;
  }

  waiting(): Iterable<WaitingFile> {
    return this.#waiting.values();
  }

  waitingOf(relativePath: string): WaitingFile | undefined {
    return this.#waiting.get(relativePath);
  }

  get sizes(): { readonly waiting: number; readonly taken: number } {
    return { waiting: this.#waiting.size, taken: this.#taken.size };
  }
}

function seenAgain(before: Observation, file: SeenFile, monotonicMs: number): Observation {
  const { sizeBytes, modifiedMs, identity } = before.file;
  if (sizeBytes !== file.sizeBytes) return { file, sinceMs: monotonicMs, change: 'size' };
  if (modifiedMs !== file.modifiedMs) return { file, sinceMs: monotonicMs, change: 'time' };
  if (identity !== file.identity) return { file, sinceMs: monotonicMs, change: 'first' };
  return before;
}
