import type { prepareAttempts } from './attempt-statements.js';
import type { IdRange } from './attempt-streams.js';
import { indexedPaths } from './path-words.js';

const SAMPLES = 256;
/** Few rare trigrams find as much as many: the index has to walk through every common one. */
const ENOUGH = 4;

/** Paths from all over the attempts, to tell rare trigrams from common ones. */
export class PathSample {
  readonly #attempts: ReturnType<typeof prepareAttempts>;
  #texts: readonly string[] = [];
  #before = 0;

  constructor(attempts: ReturnType<typeof prepareAttempts>) {
    this.#attempts = attempts;
  }

  /** The rarest of some trigrams. Called within a read. */
  rarest(trigrams: readonly string[], range: IdRange): readonly string[] {
    if (trigrams.length <= ENOUGH) return trigrams;
    this.#renew(range);
    const counted = trigrams.map((trigram) => ({
      trigram,
      count: this.#texts.filter((text) => text.includes(trigram)).length,
    }));
    const sorted = counted.sort((one, other) => one.count - other.count);
    return sorted.slice(0, ENOUGH).map(({ trigram }) => trigram);
  }

  /** Taken anew when there are twice as many attempts. */
  #renew({ before }: IdRange): void {
    if (before < this.#before * 2) return;
    this.#before = before;
    const step = Math.max(1, Math.floor(before / SAMPLES));
    const ids = Array.from({ length: SAMPLES }, (_, index) => before - 1 - index * step);
    this.#texts = ids
      .flatMap((id) => this.#attempts.get.get({ id }) ?? [])
      .map((row) => indexedPaths(row.local_path, row.remote_path));
  }
}
