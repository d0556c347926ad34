import type { Clock } from '../../core/clock.js';

const MINUTE_MS = 60_000;
const MAX_KEYS = 10_000;

interface Window {
  readonly startedMs: number;
  count: number;
}

/** Counts requests by caller and minute, at once and by our clock; memory is bounded. */
export class RateWindow {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #windows = new Map<string, Window>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** Counts one more of this caller; how long it must wait when that is beyond `max`, else 0. */
  takeOne(key: string, max: number): number {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#windows.get(key);
    if (known !== undefined && nowMs - known.startedMs < MINUTE_MS) {
      known.count += 1;
      return known.count <= max ? 0 : known.startedMs + MINUTE_MS - nowMs;
    }
    // Behind the others again, so that whoever is forgotten first has the oldest window.
    this.#windows.delete(key);
    this.#windows.set(key, { startedMs: nowMs, count: 1 });
    if (this.#windows.size > MAX_KEYS) {
      const [oldest] = this.#windows.keys();
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    return 0;
  }
}
