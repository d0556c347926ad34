const DAY_SECONDS = 86_400;
const DAY_MINUTES = 1440;
/** Bytes of one day's bits. */
export const PAGE_BYTES = DAY_MINUTES / 8;

/** A silence between two minutes in which something happened; seconds since 1970 on the wall. */
export interface Gap {
  /** Start of the last minute before it. */
  readonly fromSeconds: number;
  /** Start of the first minute after it. */
  readonly untilSeconds: number;
}

/** The minutes in which something happened, whatever the order in which they become known. */
export class MinuteMap {
  readonly #pages = new Map<number, Uint8Array>();

  static of(pages: ReadonlyMap<number, Uint8Array>): MinuteMap {
    const map = new MinuteMap();
    for (const [day, bits] of pages) map.addPage(day, bits);
    return map;
  }

  /** The bits of each day. */
  get pages(): ReadonlyMap<number, Uint8Array> {
    return this.#pages;
  }

  mark(seconds: number): void {
    const day = Math.floor(seconds / DAY_SECONDS);
    const minute = Math.floor((seconds - day * DAY_SECONDS) / 60);
    const page = this.#page(day);
    page[minute >> 3] = (page[minute >> 3] ?? 0) | (1 << (minute & 7));
  }

  /** `day` counts from 1970; one bit for each minute, the lowest first. */
  addPage(day: number, bits: Uint8Array): void {
    const page = this.#page(day);
    for (let index = 0; index < PAGE_BYTES; index += 1) page[index] = (page[index] ?? 0) | (bits[index] ?? 0);
  }

  merge(other: MinuteMap): void {
    for (const [day, bits] of other.#pages) this.addPage(day, bits);
  }

  /** The longest silence between the first and the last minute; undefined where there is none of a minute or more. */
  longestGap(): Gap | undefined {
    let longest: Gap | undefined;
    let last: number | undefined;
    for (const minute of this.#minutes()) {
      const length = last === undefined ? 0 : minute - last;
      if (last !== undefined && length > 1 && length > gapMinutes(longest)) {
        longest = { fromSeconds: last * 60, untilSeconds: minute * 60 };
      }
      last = minute;
    }
    return longest;
  }

  *#minutes(): Generator<number> {
    for (const day of [...this.#pages.keys()].sort((left, right) => left - right)) {
      const page = this.#pages.get(day);
      for (let minute = 0; minute < DAY_MINUTES; minute += 1) {
        if (((page?.[minute >> 3] ?? 0) >> (minute & 7)) & 1) yield day * DAY_MINUTES + minute;
      }
    }
  }

  #page(day: number): Uint8Array {
    const known = this.#pages.get(day);
    if (known !== undefined) return known;
    const page = new Uint8Array(PAGE_BYTES);
    this.#pages.set(day, page);
    return page;
  }
}

function gapMinutes(gap: Gap | undefined): number {
  return gap === undefined ? 0 : (gap.untilSeconds - gap.fromSeconds) / 60;
}
