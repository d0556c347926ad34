import type { CubeData, KindData } from '../report-data.js';
import { nextHoursPerSlot, slotOf, slotStart } from '../figures/slots.js';

export type KindFacts = Omit<KindData, 'cells'>;

interface OpenKind {
  readonly facts: KindFacts;
  readonly counts: Map<number, number>;
}

/**
 * Counts attempts by kind and hour. Where there would be too many counts, time is counted by day, by week, by more
 * weeks; so memory has a bound whatever the log holds.
 */
export class CubeBuilder {
  readonly #mostCells: number;
  readonly #kinds: OpenKind[] = [];
  #hoursPerSlot = 1;
  #cells = 0;

  constructor(mostCells: number) {
    this.#mostCells = mostCells;
  }

  get kinds(): number {
    return this.#kinds.length;
  }

  /** Hours that one count covers now. */
  get hoursPerSlot(): number {
    return this.#hoursPerSlot;
  }

  /** The number of a new kind, for `count`. */
  addKind(facts: KindFacts): number {
    return this.#kinds.push({ facts, counts: new Map() }) - 1;
  }

  /** One attempt of a kind in a wall hour. */
  count(kind: number, hour: number): void {
    const counts = this.#kinds[kind]?.counts;
    if (counts === undefined) return;
    const slot = slotOf(hour, this.#hoursPerSlot);
    const before = counts.get(slot) ?? 0;
    counts.set(slot, before + 1);
    if (before > 0) return;
    this.#cells += 1;
    while (this.#cells > this.#mostCells && this.#cells > this.#kinds.length) this.#coarsen();
  }

  build(): CubeData {
    return {
      hoursPerSlot: this.#hoursPerSlot,
      kinds: this.#kinds.map(({ facts, counts }) => ({ ...facts, cells: cellsOf(counts) })),
    };
  }

  #coarsen(): void {
    const before = this.#hoursPerSlot;
    this.#hoursPerSlot = nextHoursPerSlot(before);
    this.#cells = 0;
    for (const { counts } of this.#kinds) {
      const old = [...counts];
      counts.clear();
      for (const [slot, count] of old) {
        const wider = slotOf(slotStart(slot, before), this.#hoursPerSlot);
        counts.set(wider, (counts.get(wider) ?? 0) + count);
      }
      this.#cells += counts.size;
    }
  }
}

function cellsOf(counts: ReadonlyMap<number, number>): readonly number[] {
  const cells: number[] = [];
  let before = 0;
  for (const [slot, count] of [...counts].sort((a, b) => a[0] - b[0])) {
    cells.push(slot - before, count);
    before = slot;
  }
  return cells;
}
