/** Files by their number in the batch. */
export interface BatchOfMovingFiles {
  started(id: number): void;
  settled(id: number): void;
  /** None moves any more. */
  over(): void;
}

/** How many files move right now, by partner. */
export class MovingFiles {
  readonly #counts = new Map<string, number>();

  /** One more; the answer ends it, once. */
  begin(partner: string): () => void {
    this.#add(partner, 1);
    let isOver = false;
    return () => {
      if (!isOver) this.#add(partner, -1);
      isOver = true;
    };
  }

  /** The files of one batch. Memory is that of the files under way. */
  ofBatch(partner: string): BatchOfMovingFiles {
    const ends = new Map<number, () => void>();
    const end = (id: number) => {
      ends.get(id)?.();
      ends.delete(id);
    };
    return {
      started: (id) => void ends.set(id, this.begin(partner)),
      settled: end,
      // A batch that is stopped by the log or the store leaves files unsettled.
      over: () => [...ends.keys()].forEach(end),
    };
  }

  byPartner(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  #add(partner: string, change: number): void {
    this.#counts.set(partner, (this.#counts.get(partner) ?? 0) + change);
  }
}
