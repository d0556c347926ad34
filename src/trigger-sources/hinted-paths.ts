import type { Clock, Timer } from '../core/clock.js';

/** Hints that came together. */
export interface Hints {
  /** Something happened that only a whole look can show. */
  readonly isWhole: boolean;
  /** Paths below the watched folder. */
  readonly paths: ReadonlySet<string>;
}

const SHORTEST_MS = 20;
const LONGEST_MS = 5000;
/** Looks at hints take no more than a tenth of the time. */
const PAUSE_FACTOR = 10;
/** Beyond this one whole look is cheaper. */
const MOST_PATHS = 5000;

/** Gathers hints for a moment, so that a burst of them becomes one look. */
export class HintedPaths {
  readonly #clock: Clock;
  readonly #given: (hints: Hints) => void;
  #paths = new Set<string>();
  #isWhole = false;
  #timer: Timer | undefined;
  #pauseMs = SHORTEST_MS;

  constructor(clock: Clock, given: (hints: Hints) => void) {
    this.#clock = clock;
    this.#given = given;
  }

  /** `undefined`: which one is not known. */
  add(path: string | undefined): void {
    if (path === undefined || this.#paths.size >= MOST_PATHS) this.#isWhole = true;
    else this.#paths.add(path);
    this.#timer ??= this.#clock.startTimer(this.#pauseMs, () => this.#give());
  }

  /** The look that followed took so long. */
  took(durationMs: number): void {
    this.#pauseMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, durationMs * PAUSE_FACTOR));
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #give(): void {
    const hints = { isWhole: this.#isWhole, paths: this.#paths };
    this.#timer = undefined;
    this.#isWhole = false;
    this.#paths = new Set();
    this.#given(hints);
  }
}
