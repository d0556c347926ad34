import type { Clock } from '../core/clock.js';
import type { RunRecord, RunStore } from '../store/run-store.js';

/** Which runs this process holds: each claimed with a lease that a heartbeat prolongs, by our clock. */
export class RunLeases {
  readonly #runs: RunStore;
  readonly #clock: Clock;
  readonly #owner: string;
  readonly #leaseMs: number;
  readonly #held = new Set<number>();

  constructor(runs: RunStore, clock: Clock, options: { readonly owner: string; readonly leaseMs: number }) {
    this.#runs = runs;
    this.#clock = clock;
    this.#owner = options.owner;
    this.#leaseMs = options.leaseMs;
  }

  holds(id: number): boolean {
    return this.#held.has(id);
  }

  /** A waiting run. Undefined: another has it, or it has ended. */
  async claim(id: number): Promise<RunRecord | undefined> {
    return this.#claim(id, this.#clock.now());
  }

  /** A run whose process died; its lease need not have ended. Only where no other process can hold it. */
  async takeOver(run: RunRecord): Promise<RunRecord | undefined> {
    return this.#claim(run.id, Math.max(this.#clock.now(), (run.lease?.untilMs ?? 0) + 1));
  }

  /** It has ended or was given back. */
  drop(id: number): void {
    this.#held.delete(id);
  }

  /** Prolongs all. */
  async beat(): Promise<void> {
    if (this.#held.size === 0) return;
    await this.#runs.heartbeat(this.#owner, [...this.#held], this.#clock.now() + this.#leaseMs);
  }

  async #claim(id: number, nowMs: number): Promise<RunRecord | undefined> {
    const run = await this.#runs.claim(id, this.#owner, nowMs, this.#clock.now() + this.#leaseMs);
    if (run !== undefined) this.#held.add(id);
    return run;
  }
}
