/** Why no run of a rule begins, and until when; without a time until something is changed. */
export interface LaneBlock {
  readonly why: 'partner' | 'paused' | 'disabled' | 'removed';
  readonly reason: string;
  readonly untilMs?: number;
}

/** So many numbers of waiting runs are kept in memory for each rule; the rest stays in the store. */
const KEPT_IDS = 1_000;

/**
 * The waiting and running runs of one rule, in the order in which they came. Only the first ones are held in memory:
 * a rule with many thousand waiting runs costs no more than one with a few.
 */
export class RuleLane {
  readonly rule: string;
  /** Runs under way. */
  running = 0;
  /** Waiting ones, here and in the store. */
  waiting = 0;
  block: LaneBlock | undefined;
  /** After a wait for a partner a single run goes first; the others follow once it got through. */
  isProbing = false;
  /** The store may hold waiting runs that are not in memory. */
  mayHoldMore = false;
  /** Nothing in the store is due before this time. */
  dueMs: number | undefined;
  #ids: number[] = [];
  #first = 0;

  constructor(rule: string) {
    this.rule = rule;
  }

  /** True when there may be something to begin, were there a seat. */
  hasWork(): boolean {
    return this.#first < this.#ids.length || this.mayHoldMore;
  }

  /** A run that was just made, or that came from the store. Later ones stay there while the memory is full. */
  add(id: number): void {
    if (this.mayHoldMore || this.#ids.length - this.#first >= KEPT_IDS) this.mayHoldMore = true;
    else this.#ids.push(id);
  }

  /**
   * What a look into the store found, oldest first. Runs that were made while it looked are among them, or come after
   * them where the store holds no more.
   */
  fill(found: readonly number[], mayHoldMore: boolean): void {
    const made = mayHoldMore ? [] : this.#ids.slice(this.#first).filter((id) => !found.includes(id));
    this.#ids = [...found, ...made];
    this.#first = 0;
    this.mayHoldMore = mayHoldMore;
  }

  /** The oldest, which is no longer waiting then. */
  next(): number | undefined {
    const id = this.#ids[this.#first];
    if (id === undefined) return undefined;
    this.#first++;
    if (this.#first > 64 && this.#first * 2 > this.#ids.length) {
      this.#ids = this.#ids.slice(this.#first);
      this.#first = 0;
    }
    return id;
  }

  /** A run that goes back to waiting, to its place in the order. */
  putBack(id: number): void {
    const left = this.#ids.slice(this.#first);
    const place = left.findIndex((other) => other > id);
    left.splice(place === -1 ? left.length : place, 0, id);
    this.#ids = left;
    this.#first = 0;
  }

  /** Takes out one that is not to begin; false when it is not held in memory. */
  remove(id: number): boolean {
    const place = this.#ids.indexOf(id, this.#first);
    if (place !== -1) this.#ids.splice(place, 1);
    return place !== -1;
  }
}
