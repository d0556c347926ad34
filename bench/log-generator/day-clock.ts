/** Share of a day's traffic in each hour: quiet nights, batch runs at two, a busy morning and late afternoon. */
const HOURS = [2, 2, 9, 2, 1, 1, 3, 6, 8, 9, 9, 8, 6, 7, 8, 8, 9, 9, 6, 4, 3, 3, 2, 2] as const;
const DAY_TOTAL = HOURS.reduce<number>((sum, share) => sum + share, 0);
const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;

/** A second of the log as its lines show it. */
export interface WallTime {
  /** Since the log began, at midnight. */
  readonly second: number;
  /** `YYYY-MM-DD HH:MM:SS`. */
  readonly time: string;
  /** `yyyymmdd`. */
  readonly day: string;
}

/** Spreads line numbers over days, in the order of time. */
export class DayClock {
  readonly #startMs: number;
  readonly #days: number;
  #last: WallTime = { second: -1, time: '', day: '' };

  /** `start` is `YYYY-MM-DD`. Throws a RangeError when it is no day. */
  constructor(start: string, days: number) {
    this.#startMs = Date.parse(`${start}T00:00:00Z`);
    this.#days = days;
    if (Number.isNaN(this.#startMs)) throw new RangeError(`${start} is no day of the form YYYY-MM-DD`);
  }

  /** The time of a line that stands so far into the log, 0 to below 1. */
  at(share: number): WallTime {
    const day = Math.floor(share * this.#days);
    const second = day * DAY_S + secondOfDay(share * this.#days - day);
    if (second !== this.#last.second) this.#last = this.#wallTime(second);
    return this.#last;
  }

  #wallTime(second: number): WallTime {
    const iso = new Date(this.#startMs + second * 1_000).toISOString();
    const date = iso.slice(0, 10);
    return { second, time: `${date} ${iso.slice(11, 19)}`, day: date.replaceAll('-', '') };
  }
}

function secondOfDay(shareOfDay: number): number {
  let left = shareOfDay * DAY_TOTAL;
  let hour = 0;
  for (const share of HOURS) {
    if (left < share) return hour * HOUR_S + Math.floor((left / share) * HOUR_S);
    left -= share;
    hour += 1;
  }
  return DAY_S - 1;
}
