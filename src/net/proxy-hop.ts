import { printable } from '../core/printable.js';
import { TransferError, type TransferErrorFacts } from '../core/transfer-error.js';
import type { HttpProxyOptions, ProxyOptions, SocksProxyOptions } from './proxy-options.js';
import { showPlace } from './tcp-dialer.js';

/** One proxy of a chain and where it is asked to connect to. */
export interface ProxyHop<Options extends ProxyOptions = ProxyOptions> {
  readonly proxy: Options;
  readonly target: { readonly host: string; readonly port: number };
  /** What the target is: the host that we want, or one more proxy before it. */
  readonly leadsTo: 'partner' | 'proxy';
}

export type SocksHop = ProxyHop<SocksProxyOptions>;
export type HttpHop = ProxyHop<HttpProxyOptions>;

const KIND_NAMES = {
  socks4: 'SOCKS4 proxy',
  socks4a: 'SOCKS4a proxy',
  socks5: 'SOCKS5 proxy',
  http: 'HTTP proxy',
} as const satisfies Record<ProxyOptions['kind'], string>;

/** `SOCKS5 proxy gate.acme.example:1080`: as every message begins, so that nobody looks for the fault elsewhere. */
export function showProxy({ kind, host, port }: ProxyOptions): string {
  return `${KIND_NAMES[kind]} ${printable(showPlace(host, port))}`;
}

export function showTarget({ target, leadsTo }: ProxyHop): string {
  const place = printable(showPlace(target.host, target.port), 300);
  return leadsTo === 'partner' ? place : `the next proxy, ${place}`;
}

type HopFailure = Omit<TransferErrorFacts, 'phase' | 'message' | 'sessionLost'> & {
  /** What went wrong, after the name of the proxy. */
  readonly problem: string;
};

export function hopError(hop: ProxyHop, { problem, ...facts }: HopFailure): TransferError {
  return new TransferError({
    ...facts,
    phase: 'proxy',
    message: `${showProxy(hop.proxy)}: ${problem}`,
    sessionLost: true,
  });
}

/**
 * The proxy did its part and says that the host behind it cannot be reached; when that host is the next proxy, it is
 * a proxy after all that must be looked at.
 */
export function behindProxyError(hop: ProxyHop, failure: Omit<HopFailure, 'code'>): TransferError {
  return hop.leadsTo === 'partner'
    ? hopError(hop, { ...failure, code: 'UNREACHABLE_FROM_PROXY' })
    : hopError(hop, { ...failure, code: 'PROXY_UNREACHABLE', side: 'proxy' });
}

/** What is written for a SOCKS proxy where EFT has no number: client-log.md, table B. */
export const SOCKS_CATCH_ALL = 7;
export const SOCKS_NAME_REFUSED = 10;
export const SOCKS_AUTH_REJECTED = 11;
export const SOCKS_UNREACHABLE = 12;

export function isSocks(proxy: ProxyOptions): proxy is SocksProxyOptions {
  return proxy.kind !== 'http';
}
