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

  byPartner(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  #add(partner: string, change: number): void {
    this.#counts.set(partner, (this.#counts.get(partner) ?? 0) + change);
  }
}
