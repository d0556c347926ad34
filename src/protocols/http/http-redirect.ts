import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import type { HttpCall } from './http-exchange.js';
import { statusLine } from './http-errors.js';
import type { HttpRequest, HttpResponse } from './http-message.js';
import { authorityOf, locationOf, placeOf, schemeOf, type HttpAddress } from './http-origin.js';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Methods that change nothing, so that it does not matter how often they are sent. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PROPFIND']);

export function isSafe(method: string): boolean {
  return SAFE_METHODS.has(method);
}

export function isRedirect(response: HttpResponse): boolean {
  return REDIRECTS.has(response.status) && response.header('location') !== undefined;
}

export interface RedirectFacts {
  readonly request: HttpRequest;
  readonly from: HttpAddress;
  readonly call: HttpCall;
  /** Addresses that were asked already, this one included. */
  readonly visited: readonly string[];
  readonly maxRedirects: number;
  /** The body is still there to be sent. */
  readonly canResend: boolean;
}

/**
 * Where a redirect leads. Rejects REDIRECT_REFUSED: too many or in a circle, from https to http, to what is no http
 * address; and for what changes something, unless the server says by 307 or 308 that nothing was done yet.
 */
export function followRedirect(response: HttpResponse, facts: RedirectFacts): HttpAddress {
  const { request, from, visited, maxRedirects } = facts;
  const text = response.header('location') ?? '';
  const to = locationOf(text, from);
  if (to === undefined) throw redirectRefused(response, facts, `"${printable(text, 200)}" is no web address`);
  const where = showAddress(to);
  const refuse = (why: string) => redirectRefused(response, facts, `${where}: ${why}`);
  const asksAgain = response.status === 307 || response.status === 308;
  if (maxRedirects === 0) throw refuse('redirects are not followed here (maxRedirects: 0)');
  if (visited.length > maxRedirects) throw refuse(`that is redirect ${visited.length} in a row`);
  if (visited.includes(where)) throw refuse('we come from there');
  if (from.origin.security === 'tls' && to.origin.security === 'none') {
    throw refuse('from https to http, where everybody could read along');
  }
  if (!isSafe(request.method) && !asksAgain) {
    throw refuse(`after ${request.method} it does not say whether the file was taken`);
  }
  if (!facts.canResend) throw refuse('the file was half sent already, and cannot be sent from its beginning');
  return to;
}

export function redirectRefused(response: HttpResponse, facts: RedirectFacts, why: string): TransferError {
  const { from, call } = facts;
  return new TransferError({
    code: 'REDIRECT_REFUSED',
    lastCode: response.status,
    phase: call.phase,
    message: `${placeOf(from.origin)}: ${call.doing}: sends us on to ${why}`,
    reply: statusLine(response),
  });
}

/** Without the query, which may hold a secret. */
export function showAddress({ origin, target }: HttpAddress): string {
  return printable(`${schemeOf(origin)}://${authorityOf(origin)}${target.replace(/\?.*$/s, '')}`, 200);
}
