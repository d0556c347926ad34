import type { HttpOptions } from '../protocols/http/http-options.js';
import type { Partner } from './partner.js';
import { settingsError } from './settings-error.js';
import type { PlaceContext } from './place-context.js';

/** HTTP, HTTPS and WebDAV. */
export function httpOptions(
  partner: Partner,
  timeoutMs: number,
  context: PlaceContext,
): Promise<HttpOptions> {
  void timeoutMs;
  void context;
  return Promise.reject(settingsError(partner.originOf(), `${partner.scheme} is not built yet`));
}
