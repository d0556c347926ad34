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

const MAX_KEPT = 50_000;

/** Whether `later` is no more than ten minutes after `earlier`; true where a clock was set back between them. */
export function isSoonAfter(earlier: LineTime, later: LineTime): boolean {
  const lastsMs =
    earlier.timeZone === later.timeZone
      ? wallClockMs(later.time) - wallClockMs(earlier.time)
      : instantOf(later.time, later.timeZone) - instantOf(earlier.time, earlier.timeZone);
  return lastsMs <= SOON_MS;
}

/** The last files that succeeded; memory stays flat whatever the number. */
export class RecentSuccesses {
  readonly #kept = new Map<string, { readonly wallMs: number; readonly timeZone: string }>();
  readonly #max: number;
  #hasForgotten = false;

  constructor(max = MAX_KEPT) {
    this.#max = max;
  }

  /** True when a success had to be forgotten sooner than after ten minutes. */
  get hasForgotten(): boolean {
    return this.#hasForgotten;
  }

  add(key: string, { time, timeZone }: LineTime): void {
    const wallMs = wallClockMs(time);
    this.#kept.delete(key);
    this.#kept.set(key, { wallMs, timeZone });
    if (this.#kept.size <= this.#max) return;
    const [oldest] = this.#kept;
    if (oldest === undefined) return;
    this.#kept.delete(oldest[0]);
    this.#hasForgotten ||= wallMs - oldest[1].wallMs <= SOON_MS;
  }

  /** Local time of the file's last success where that was soon before; undefined otherwise. */
  soonBefore(key: string, later: LineTime): string | undefined {
    const success = this.#kept.get(key);
    if (success === undefined) return undefined;
    const time = new Date(success.wallMs).toISOString().slice(0, 19).replace('T', ' ');
    return isSoonAfter({ time, timeZone: success.timeZone }, later) ? time : undefined;
  }
}
