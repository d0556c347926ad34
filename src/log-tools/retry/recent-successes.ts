import { instantOf } from '../../client-log/zone-time.js';
import { wallClockMs } from '../local-instant.js';

/** When something happened, as a line tells it. */
export interface LineTime {
  /** `YYYY-MM-DD HH:MM:SS` */
  readonly time: string;
  /** IANA name. */
  readonly timeZone: string;
}

/** Failures so soon after a success may be about what came after the delivery. */
const SOON_MS = 10 * 60_000;

const PER_HALF = 25_000;

/** Whether `later` is no more than ten minutes after `earlier`; true where a clock was set back between them. */
export function isSoonAfter(earlier: LineTime, later: LineTime): boolean {
  const lastsMs =
    earlier.timeZone === later.timeZone
      ? wallClockMs(later.time) - wallClockMs(earlier.time)
      : instantOf(later.time, later.timeZone) - instantOf(earlier.time, earlier.timeZone);
  return lastsMs <= SOON_MS;
}

interface Success {
  readonly wallMs: number;
  readonly timeZone: string;
}

/** The last files that succeeded, at least 25,000 of them; memory stays flat whatever the number. */
export class RecentSuccesses {
  readonly #perHalf: number;
  #young = new Map<string, Success>();
  /** Full. A map that loses its first entry again and again gets slow, so a half goes as a whole. */
  #old = new Map<string, Success>();
  #newestOfOldMs = -Infinity;
  #hasForgotten = false;

  constructor(perHalf = PER_HALF) {
    this.#perHalf = perHalf;
  }

  /** True when a success had to be forgotten sooner than after ten minutes. */
  get hasForgotten(): boolean {
    return this.#hasForgotten;
  }

  add(key: string, { time, timeZone }: LineTime): void {
    const wallMs = wallClockMs(time);
    if (this.#young.size >= this.#perHalf) {
      this.#hasForgotten ||= wallMs - this.#newestOfOldMs <= SOON_MS;
      this.#old = this.#young;
      this.#young = new Map();
      this.#newestOfOldMs = wallMs;
    }
    this.#young.set(key, { wallMs, timeZone });
  }

  /** Local time of the file's last success where that was soon before; undefined otherwise. */
  soonBefore(key: string, later: LineTime): string | undefined {
    const success = this.#young.get(key) ?? this.#old.get(key);
    if (success === undefined) return undefined;
    const time = new Date(success.wallMs).toISOString().slice(0, 19).replace('T', ' ');
    return isSoonAfter({ time, timeZone: success.timeZone }, later) ? time : undefined;
  }
}
