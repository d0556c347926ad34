import type { Clock } from '../../core/clock.js';

export interface LockOutLimits {
  /** So many bad tokens within `windowMs` lock an address out. */
  readonly badTokens: number;
  readonly windowMs: number;
  readonly lockMs: number;
  /** Addresses that are remembered; beyond it the oldest is forgotten. */
  readonly maxAddresses: number;
}

export const LOCK_OUT_LIMITS: LockOutLimits = {
  badTokens: 10,
  windowMs: 10 * 60_000,
  lockMs: 10 * 60_000,
  maxAddresses: 10_000,
};

interface Counted {
  bad: number;
  readonly firstMs: number;
  lockedUntilMs: number;
}

/** Remembers addresses that try one token after another, and keeps them out for a while. */
export class LockOut {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #limits: LockOutLimits;
  readonly #byAddress = new Map<string, Counted>();

  constructor(clock: Pick<Clock, 'monotonicMs'>, limits: LockOutLimits = LOCK_OUT_LIMITS) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** How long the address must wait; 0 = it may try. */
  remainingMs(address: string): number {
    const counted = this.#byAddress.get(address);
    if (counted === undefined) return 0;
    return Math.max(0, counted.lockedUntilMs - this.#clock.monotonicMs());
  }

  /** True when this one locked it out. */
  bad(address: string): boolean {
    const nowMs = this.#clock.monotonicMs();
    const counted = this.#current(address, nowMs);
    counted.bad += 1;
    if (counted.bad < this.#limits.badTokens) return false;
    counted.lockedUntilMs = nowMs + this.#limits.lockMs;
    counted.bad = 0;
    return true;
  }

  /** Addresses that are remembered now. */
  get size(): number {
    return this.#byAddress.size;
  }

  #current(address: string, nowMs: number): Counted {
    const known = this.#byAddress.get(address);
    if (known !== undefined && nowMs - known.firstMs < this.#limits.windowMs) return known;
    const fresh = { bad: 0, firstMs: nowMs, lockedUntilMs: known?.lockedUntilMs ?? 0 };
    this.#byAddress.delete(address);
    this.#byAddress.set(address, fresh);
    if (this.#byAddress.size > this.#limits.maxAddresses) {
      const [oldest] = this.#byAddress.keys();
      if (oldest !== undefined) this.#byAddress.delete(oldest);
    }
    return fresh;
  }
}
