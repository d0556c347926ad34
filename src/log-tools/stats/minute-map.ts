const DAY_SECONDS = 86_400;
const DAY_MINUTES = 1440;
/** Bytes of one day's bits: one for each minute, the lowest first. */
export const DAY_BYTES = DAY_MINUTES / 8;
const ALL_EIGHT = 0xff;

/** A silence between two minutes in which something happened; seconds since 1970 on the wall. */
export interface Gap {
  /** Start of the last minute before it. */
  readonly fromSeconds: number;
  /** Start of the first minute after it. */
  readonly untilSeconds: number;
}

/** The minutes in which something happened, whatever the order in which they become known. */
export class MinuteMap {
  /** Days since 1970, and where in `#bits` each begins, counted in days. */
  readonly #places = new Map<number, number>();
  #bits: Uint8Array;

  /** `bits` holds the bits of these days (counted from 1970) one behind the other, and is taken over. */
  constructor(days: Iterable<number> = [], bits: Uint8Array = new Uint8Array(0)) {
    for (const day of days) this.#places.set(day, this.#places.size);
    this.#bits = bits;
  }

  get days(): readonly number[] {
    return [...this.#places.keys()];
  }

  /** The bits of `days`, in that order. */
  get bits(): Uint8Array {
    return this.#bits.subarray(0, this.#places.size * DAY_BYTES);
  }

  mark(seconds: number): void {
    const day = Math.floor(seconds / DAY_SECONDS);
    const minute = Math.floor((seconds - day * DAY_SECONDS) / 60);
    const at = this.#placeOf(day) + (minute >> 3);
    this.#bits[at] = (this.#bits[at] ?? 0) | (1 << (minute & 7));
  }

  merge(other: MinuteMap): void {
    for (const [day, from] of other.#places) {
      const isNew = !this.#places.has(day);
      const to = this.#placeOf(day);
      const bits = other.#bits.subarray(from * DAY_BYTES, (from + 1) * DAY_BYTES);
      if (isNew) this.#bits.set(bits, to);
      else bits.forEach((byte, index) => (this.#bits[to + index] = (this.#bits[to + index] ?? 0) | byte));
    }
  }

  /** The longest silence between the first and the last minute; undefined where there is none of a minute or more. */
  longestGap(): Gap | undefined {
    let longest: Gap | undefined;
    let last: number | undefined;
    for (const [day, place] of [...this.#places].sort(([left], [right]) => left - right)) {
      for (let index = 0; index < DAY_BYTES; index += 1) {
        const byte = this.#bits[place * DAY_BYTES + index] ?? 0;
        if (byte === 0) continue;
        const eightMinutes = day * DAY_MINUTES + index * 8;
        if (byte !== ALL_EIGHT || last !== eightMinutes - 1) {
          for (let minute = eightMinutes, bits = byte; bits > 0; minute += 1, bits >>= 1) {
            if ((bits & 1) === 0) continue;
            if (last !== undefined) longest = longerOf(longest, last, minute);
            last = minute;
          }
        } else last = eightMinutes + 7;
      }
    }
    return longest;
  }

  /** Where the bits of a day begin. */
  #placeOf(day: number): number {
    const known = this.#places.get(day);
    if (known !== undefined) return known * DAY_BYTES;
    const at = this.#places.size * DAY_BYTES;
    this.#places.set(day, this.#places.size);
    if (at + DAY_BYTES > this.#bits.length) {
      const larger = new Uint8Array(Math.max(DAY_BYTES, at * 2));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    return at;
  }
}

/** The gap between two minutes, if it is longer than the longest before. */
function longerOf(longest: Gap | undefined, last: number, minute: number): Gap | undefined {
  const length = (minute - last) * 60;
  const isLonger =
    length > 60 && (longest === undefined || length > longest.untilSeconds - longest.fromSeconds);
  return isLonger ? { fromSeconds: last * 60, untilSeconds: minute * 60 } : longest;
}
