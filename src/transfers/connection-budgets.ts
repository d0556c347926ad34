import type { Platform } from '../core/platform.js';
import { ConnectionBudget } from './connection-budget.js';
import { endpointKey, isLocal, type Endpoint } from './endpoint.js';
import type { ServerMemory } from './server-memory.js';

/** One budget for each partner and account: made once in a process and handed to all that opens sessions. */
export class ConnectionBudgets {
  readonly #platform: Platform;
  readonly #memory: ServerMemory;
  readonly #budgets = new Map<string, ConnectionBudget>();

  constructor(platform: Platform, memory: ServerMemory) {
    this.#platform = platform;
    this.#memory = memory;
  }

  /** This machine is no partner: each end there has a budget of its own, so that no copy waits for itself. */
  of(endpoint: Endpoint): ConnectionBudget {
    if (isLocal(endpoint)) return this.#make(endpoint);
    const key = endpointKey(endpoint);
    const known = this.#budgets.get(key);
    if (known !== undefined) {
      known.narrow(endpoint.maxConnections);
      return known;
    }
    const budget = this.#make(endpoint);
    this.#budgets.set(key, budget);
    return budget;
  }

  #make(endpoint: Endpoint): ConnectionBudget {
    return new ConnectionBudget(endpoint, this.#platform.clock, this.#memory);
  }
}
