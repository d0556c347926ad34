const DAY_MS = 86_400_000;

/** Days in a row. */
export interface DaySpan {
  /** `YYYY-MM-DD`, the first and the last of them. */
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/** Days of which there is something. The years 0 to 9999 take half a megabyte at most. */
export class DayCalendar {
  /** By the year, a mark for each of its days. */
  readonly #years = new Map<number, Uint8Array>();
  #lastAdded = '';

  /** `YYYY-MM-DD`. */
  add(day: string): void {
    if (day === this.#lastAdded) return;
    this.#lastAdded = day;
    const year = Number(day.slice(0, 4));
    let days = this.#years.get(year);
    if (days === undefined) {
      days = new Uint8Array(366);
      this.#years.set(year, days);
    }
    days[dayOfYear(day)] = 1;
  }

  /** The days between the first and the last one of which there is nothing. */
  *missing(): Generator<DaySpan> {
    let last: number | undefined;
    for (const day of this.#dayNumbers()) {
      if (last !== undefined && day > last + 1) {
        yield { from: dayText(last + 1), to: dayText(day - 1), count: day - last - 1 };
      }
      last = day;
    }
  }

  /** Days since 1970, the earliest first. */
  *#dayNumbers(): Generator<number> {
    for (const year of [...this.#years.keys()].sort((left, right) => left - right)) {
      const first = dayNumber(`${String(year).padStart(4, '0')}-01-01`);
      for (const [index, mark] of this.#years.get(year)?.entries() ?? []) if (mark === 1) yield first + index;
    }
  }
}

function dayNumber(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

function dayOfYear(day: string): number {
  return dayNumber(day) - dayNumber(`${day.slice(0, 4)}-01-01`);
}

function dayText(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}
