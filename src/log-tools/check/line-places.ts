/** Where a line was seen first. */
export interface SeenAt {
  /** Number of the file, in the order of reading. */
  readonly file: number;
  /** From 1. */
  readonly line: number;
}

/** Words of 32 bits in a slot: two of the hash, the file, the line. An empty slot has line 0. */
const SLOT_WORDS = 4;
const FILE = 2;
const LINE = 3;
const FIRST_SLOTS = 65_536;
const FULL_AT = 0.85;

/**
 * Which lines have been seen, and where: by a hash of 64 bits of their bytes, so a few lines among billions are taken
 * for others. 19 bytes a line. What is full takes no more lines and still knows those it has.
 */
export class LinePlaces {
  readonly #mostSlots: number;
  /** Open addressing. Of a large one the system gives only the pages that are written to. */
  #slots = new Uint32Array(FIRST_SLOTS * SLOT_WORDS);
  #count = 0;
  /** Of the bytes hashed last. */
  #high = 0;
  #low = 0;
  #leftOut = 0;

  /** `most`: about so many lines are remembered. */
  constructor(most = 5_000_000) {
    this.#mostSlots = Math.max(FIRST_SLOTS, Math.ceil(most / FULL_AT));
  }

  /** Lines that were not remembered, because too many were before them. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Where this line was seen first; undefined when it was not, and `at` is remembered. */
  seenBefore(bytes: Uint8Array, at: SeenAt): SeenAt | undefined {
    this.#hash(bytes);
    const place = this.#find(this.#high, this.#low);
    const line = this.#slots[place + LINE] ?? 0;
    if (line !== 0) return { file: this.#slots[place + FILE] ?? 0, line };
    if (this.#count < (this.#slots.length / SLOT_WORDS) * FULL_AT || this.#grow()) {
      this.#slots.set([this.#high, this.#low, at.file, at.line], this.#find(this.#high, this.#low));
      this.#count += 1;
    } else this.#leftOut += 1;
    return undefined;
  }

  /** Two lanes of 32 bits that stir each other at the end, as cyrb53 does. */
  #hash(bytes: Uint8Array): void {
    let high = 0xdeadbeef;
    let low = 0x41c6ce57;
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index] ?? 0;
      high = Math.imul(high ^ byte, 2_654_435_761);
      low = Math.imul(low ^ byte, 1_597_334_677);
    }
    high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
    low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
    this.#high = high >>> 0;
    this.#low = low >>> 0;
  }

  /** Index of the slot where it is, or where it belongs. */
  #find(high: number, low: number): number {
    const slots = this.#slots;
    let place = (low % (slots.length / SLOT_WORDS)) * SLOT_WORDS;
    while (slots[place + LINE] !== 0 && (slots[place] !== high || slots[place + 1] !== low)) {
      place += SLOT_WORDS;
      if (place === slots.length) place = 0;
    }
    return place;
  }

  /** At once to the largest size: growing by and by would leave as much behind as it takes. */
  #grow(): boolean {
    const old = this.#slots;
    if (old.length >= this.#mostSlots * SLOT_WORDS) return false;
    this.#slots = new Uint32Array(this.#mostSlots * SLOT_WORDS);
    for (let place = 0; place < old.length; place += SLOT_WORDS) {
      if (old[place + LINE] === 0) continue;
      const slot = old.subarray(place, place + SLOT_WORDS);
      this.#slots.set(slot, this.#find(slot[0] ?? 0, slot[1] ?? 0));
    }
    return true;
  }
}
