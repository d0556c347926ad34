import type { Platform } from '../core/platform.js';
import type { ConnectGuard } from './connect-guard.js';
import { ConnectionBudgets } from './connection-budgets.js';
import type { Endpoint } from './endpoint.js';
import { ServerMemory } from './server-memory.js';
import { SessionPool } from './session-pool.js';

/**
 * One pool for each endpoint, so that batches after one another log in no more often than one batch would. The two
 * ends of a batch are two endpoints, also where both are this machine: a pool shared by both could wait for itself.
 */
export class SessionPools {
  readonly #platform: Platform;
  readonly #budgets: ConnectionBudgets;
  readonly #guard: ConnectGuard | undefined;
  readonly #pools = new Map<Endpoint, SessionPool>();

  /** Without `budgets` nobody else is known to talk to these partners; without `guard` every login is tried. */
  constructor(
    platform: Platform,
    budgets = new ConnectionBudgets(platform, ServerMemory.inMemory(platform)),
    guard?: ConnectGuard,
  ) {
    this.#platform = platform;
    this.#budgets = budgets;
    this.#guard = guard;
  }

  /** The same pool for the same endpoint object. */
  of(endpoint: Endpoint): SessionPool {
    const known = this.#pools.get(endpoint);
    if (known !== undefined) return known;
    const pool = new SessionPool(endpoint, this.#platform, this.#budgets.of(endpoint), this.#guard);
    this.#pools.set(endpoint, pool);
    return pool;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }
}
