import { parseLocation, showLocation, type Location } from '../core/location.js';
import type { Platform } from '../core/platform.js';
import type { PlaceContext } from '../settings/place-context.js';
import { resolvePlace, type ResolvedPlace } from '../settings/resolve-place.js';
import type { ConnectGuard } from '../transfers/connect-guard.js';
import type { ConnectionBudgets } from '../transfers/connection-budgets.js';
import type { Endpoint } from '../transfers/endpoint.js';
import type { SessionPool } from '../transfers/session-pool.js';
import { SessionPools } from '../transfers/session-pools.js';
import type { PlaceBook } from './place-book.js';

/**
 * Places of the settings in force. A connection is resolved, and its secrets fetched, once: every place on it shares
 * the endpoint object and with it the sessions. A connection that could not be resolved is tried anew the next time.
 */
export class PlaceBookOfSettings implements PlaceBook {
  readonly #places: () => PlaceContext;
  readonly #platform: Platform;
  readonly #budgets: ConnectionBudgets;
  readonly #resolved = new Map<string, Promise<ResolvedPlace>>();
  readonly #guard: ConnectGuard | undefined;
  readonly #limited = new WeakMap<Endpoint, Map<number, Endpoint>>();
  #pools: SessionPools;

  /** `guard`: asked before each login (PartnerGuardOfStore); without it every login is tried. */
  constructor(
    places: () => PlaceContext,
    platform: Platform,
    budgets: ConnectionBudgets,
    guard?: ConnectGuard,
  ) {
    this.#places = places;
    this.#platform = platform;
    this.#budgets = budgets;
    this.#guard = guard;
    this.#pools = new SessionPools(platform, budgets, guard);
  }

  get pools(): SessionPools {
    return this.#pools;
  }

  async resolve(location: string, end: 'source' | 'target' = 'source'): Promise<ResolvedPlace> {
    const parsed = parseLocation(location);
    if (parsed.kind !== 'connection') return this.#resolveWhole(location, parsed, end);
    const base = await this.#once(parsed.connection, `${parsed.connection}:/`);
    const text = showLocation(parsed);
    return { ...base, place: { ...base.place, path: parsed.path, text } };
  }

  withTimeout(resolved: ResolvedPlace, timeoutMs: number): ResolvedPlace {
    const { place, transfer } = resolved;
    const endpoint = this.#withTimeout(place.endpoint, timeoutMs);
    return { place: { ...place, endpoint }, transfer: { ...transfer, timeout: timeoutMs } };
  }

  poolOf({ place }: ResolvedPlace): SessionPool {
    return this.#pools.of(place.endpoint);
  }

  async renew(): Promise<void> {
    const old = this.#pools;
    this.#pools = new SessionPools(this.#platform, this.#budgets, this.#guard);
    this.#resolved.clear();
    await old.close();
  }

  async close(): Promise<void> {
    this.#resolved.clear();
    await this.#pools.close();
  }

  async #resolveWhole(location: string, parsed: Location, end: string): Promise<ResolvedPlace> {
    const resolved = await resolvePlace(location, this.#places());
    const key = parsed.kind === 'local' ? `local ${end}` : endpointText(location);
    const base = await this.#once(key, location);
    return { ...resolved, place: { ...resolved.place, endpoint: base.place.endpoint } };
  }

  /** Files of this machine have no such limit. */
  #withTimeout(endpoint: Endpoint, timeoutMs: number): Endpoint {
    const { options } = endpoint;
    if (options.kind === 'local' || options.timeoutMs === timeoutMs) return endpoint;
    const known = this.#limited.get(endpoint) ?? new Map<number, Endpoint>();
    this.#limited.set(endpoint, known);
    const limited = known.get(timeoutMs) ?? { ...endpoint, options: { ...options, timeoutMs } };
    known.set(timeoutMs, limited);
    return limited;
  }

  #once(key: string, location: string): Promise<ResolvedPlace> {
    const known = this.#resolved.get(key);
    if (known !== undefined) return known;
    const resolving = resolvePlace(location, this.#places());
    this.#resolved.set(key, resolving);
    resolving.catch(() => this.#resolved.delete(key));
    return resolving;
  }
}

/** A URL without its path: what is the same for all files of that server. */
function endpointText(url: string): string {
  const slash = url.indexOf('/', url.indexOf('://') + 3);
  return slash < 0 ? url : url.slice(0, slash);
}
