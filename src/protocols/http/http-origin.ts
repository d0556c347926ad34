import { TransferError } from '../../core/transfer-error.js';
import { showPlace } from '../../net/tcp-dialer.js';

/** Scheme, host and port: what decides whether a login may be sent there (RFC 9110, section 4.3.1). */
export interface HttpOrigin {
  readonly security: 'none' | 'tls';
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
}

export function isSameOrigin(one: HttpOrigin, other: HttpOrigin): boolean {
  return (
    one.security === other.security &&
    one.port === other.port &&
    one.host.toLowerCase() === other.host.toLowerCase()
  );
}

/** `host:port`, for messages. */
export function placeOf({ host, port }: HttpOrigin): string {
  return showPlace(host, port);
}

/** The Host header and the start of absolute addresses: the port only where it is not the usual one. */
export function authorityOf({ security, host, port }: HttpOrigin): string {
  const name = host.includes(':') ? `[${host.replace(/%.*$/, '')}]` : host;
  return port === (security === 'tls' ? 443 : 80) ? name : `${name}:${port}`;
}

export function schemeOf({ security }: HttpOrigin): 'http' | 'https' {
  return security === 'tls' ? 'https' : 'http';
}

/** A place that a server sends us to. */
export interface HttpAddress {
  readonly origin: HttpOrigin;
  /** Path and query, percent-encoded; no fragment. */
  readonly target: string;
}

/** Reads a Location header; undefined: it is no http address. Login data in it is dropped. */
export function locationOf(value: string, from: HttpAddress): HttpAddress | undefined {
  let url: URL;
  try {
    url = new URL(value, `${schemeOf(from.origin)}://${authorityOf(from.origin)}${from.target}`);
  } catch {
    return undefined;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const security = url.protocol === 'https:' ? 'tls' : 'none';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (security === 'tls' ? 443 : 80) : Number(url.port);
  return { origin: { security, host, port }, target: `${url.pathname}${url.search}` };
}

/** HTTP's own reading of a name that does not exist: the vendor's article says 10060 of such a web site. */
export function asHttpDialError(error: unknown): unknown {
  if (!(error instanceof TransferError) || error.code !== 'HOST_NOT_FOUND') return error;
  return error.with({ lastCode: 10_060 });
}
