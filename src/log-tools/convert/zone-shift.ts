import { localTime } from '../../client-log/local-time.js';
import { instantOf } from '../../client-log/zone-time.js';

/** Why a time cannot be told for sure: its hour appears twice, or the clocks left it out. */
export type TimeDoubt = 'repeated' | 'skipped';

export interface ShiftedTime {
  /** `YYYY-MM-DD HH:MM:SS` in the new zone. */
  readonly time: string;
  readonly doubt: TimeDoubt | undefined;
}

interface ShiftedMinute {
  /** `YYYY-MM-DD HH:MM:`, to which the seconds are put; undefined where the zones differ by seconds. */
  readonly prefix: string | undefined;
  readonly doubt: TimeDoubt | undefined;
}

/** By how much clocks are put back: half an hour on Lord Howe Island, two hours at Troll in Antarctica. */
const PUT_BACK_MS = [3_600_000, 1_800_000, 7_200_000] as const;

/** Sorted logs ask for the same minute again and again; several files and zones take turns. */
const MAX_MINUTES = 2_000;

const MINUTE_CHARACTERS = 17;

/** Rewrites times for the clocks of another zone. */
export class ZoneShift {
  readonly timeZone: string;
  readonly #minutes = new Map<string, ShiftedMinute>();

  /** `timeZone`: IANA name of a zone that the runtime knows (`isTimeZone`). */
  constructor(timeZone: string) {
    this.timeZone = timeZone;
  }

  /** `time` is `YYYY-MM-DD HH:MM:SS` on the clocks of `from`. */
  shift(time: string, from: string): ShiftedTime {
    if (from === this.timeZone) return { time, doubt: undefined };
    const minute = time.slice(0, MINUTE_CHARACTERS);
    const { prefix, doubt } = this.#minuteOf(minute, from);
    if (prefix === undefined) return { time: localTime(instantOf(time, from), this.timeZone).time, doubt };
    return { time: prefix + time.slice(MINUTE_CHARACTERS), doubt };
  }

  #minuteOf(minute: string, from: string): ShiftedMinute {
    const key = `${from} ${minute}`;
    const known = this.#minutes.get(key);
    if (known !== undefined) return known;
    const start = `${minute}00`;
    const instantMs = instantOf(start, from);
    const shifted = localTime(instantMs, this.timeZone).time;
    const found: ShiftedMinute = {
      prefix: shifted.endsWith(':00') ? shifted.slice(0, MINUTE_CHARACTERS) : undefined,
      doubt: this.#doubt(instantMs, { start, from, shifted }),
    };
    if (this.#minutes.size >= MAX_MINUTES) this.#minutes.clear();
    this.#minutes.set(key, found);
    return found;
  }

  #doubt(
    instantMs: number,
    { start, from, shifted }: { readonly start: string; readonly from: string; readonly shifted: string },
  ): TimeDoubt | undefined {
    if (localTime(instantMs, from).time !== start) return 'skipped';
    const isRepeated = PUT_BACK_MS.some(
      (ms) =>
        localTime(instantMs + ms, from).time === start ||
        [instantMs + ms, instantMs - ms].some((other) => localTime(other, this.timeZone).time === shifted),
    );
    return isRepeated ? 'repeated' : undefined;
  }
}
