import { clipped, detached } from './short-copies.js';

/** Stands for everything that did not fit, until the page is made. */
export const REST = -1;

/** Different names, each with its index. What does not fit any more shares one name. */
export class NameBook {
  readonly #most: number;
  readonly #indexes = new Map<string, number>();
  #hasRest = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** REST where the book is full. */
  indexOf(name: string): number {
    const short = clipped(name);
    const known = this.#indexes.get(short);
    if (known !== undefined) return known;
    if (this.#indexes.size >= this.#most) return this.rest();
    const index = this.#indexes.size;
    this.#indexes.set(detached(short), index);
    return index;
  }

  /** Something is counted without its name. */
  rest(): number {
    this.#hasRest = true;
    return REST;
  }

  get hasRest(): boolean {
    return this.#hasRest;
  }

  /** The index in `names`. */
  place(index: number): number {
    return index === REST ? this.#indexes.size : index;
  }

  /** With `rest` behind the names where some did not fit. */
  names(rest: string): readonly string[] {
    const names = [...this.#indexes.keys()];
    return this.#hasRest ? [...names, rest] : names;
  }
}
