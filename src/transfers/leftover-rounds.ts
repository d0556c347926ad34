import type { Clock } from '../core/clock.js';
import { endpointKey, type Endpoint } from './endpoint.js';

/** Other processes seldom die, and reading their notes costs as much as moving a small file. */
const ROUND_MS = 10 * 60_000;

/**
 * When to look again for what killed runs left on an endpoint, in a process that runs batch after batch: at the first
 * batch there, and every ten minutes.
 */
export class LeftoverRounds {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #lastMs = new Map<string, number>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** True when it is time; the round counts as taken. */
  take(endpoint: Endpoint): boolean {
    const key = endpointKey(endpoint);
    const nowMs = this.#clock.monotonicMs();
    const lastMs = this.#lastMs.get(key);
    if (lastMs !== undefined && nowMs - lastMs < ROUND_MS) return false;
    this.#lastMs.set(key, nowMs);
    return true;
  }
}
