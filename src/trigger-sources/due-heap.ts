/** Things by the time at which they are due, the earliest at hand. Adding and taking cost little however many there are. */
export class DueHeap<Thing> {
  readonly #slots: { readonly dueMs: number; readonly thing: Thing }[] = [];

  get size(): number {
    return this.#slots.length;
  }

  get earliestMs(): number | undefined {
    return this.#slots[0]?.dueMs;
  }

  add(dueMs: number, thing: Thing): void {
    const slots = this.#slots;
    slots.push({ dueMs, thing });
    let at = slots.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#due(parent) <= dueMs) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** The earliest, if it is due by then. */
  takeDue(nowMs: number): Thing | undefined {
    const [first] = this.#slots;
    if (first === undefined || first.dueMs > nowMs) return undefined;
    const last = this.#slots.pop();
    if (last !== undefined && last !== first) {
      this.#slots[0] = last;
      this.#sink();
    }
    return first.thing;
  }

  /** Takes everything, in no order. */
  takeAll(): readonly Thing[] {
    return this.#slots.splice(0).map(({ thing }) => thing);
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const smaller = this.#due(right) < this.#due(left) ? right : left;
      if (this.#due(smaller) >= this.#due(at)) return;
      this.#swap(at, smaller);
      at = smaller;
    }
  }

  #due(at: number): number {
    return this.#slots[at]?.dueMs ?? Infinity;
  }

  #swap(a: number, b: number): void {
    const [slotA, slotB] = [this.#slots[a], this.#slots[b]];
    if (slotA === undefined || slotB === undefined) return;
    this.#slots[a] = slotB;
    this.#slots[b] = slotA;
  }
}
