import type { Clock } from '../core/clock.js';
import type { Dialer } from '../core/dialer.js';
import type { Random } from '../core/random.js';
import type { ProxyOptions } from './proxy-options.js';

export interface ProxyDialerFacts {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The dialer that goes through these proxies, one within the other; `direct` itself for an empty list. What fails at
 * a proxy is PROXY_*, with the code of client-log.md table B (SOCKS) or the HTTP status; `listen` is UNSUPPORTED.
 */
export function dialerThrough(
  proxies: readonly ProxyOptions[],
  direct: Dialer,
  facts: ProxyDialerFacts,
): Dialer {
  void facts;
  if (proxies.length === 0) return direct;
  throw new TypeError('proxies are not built yet');
}
