import type { Secret } from '../core/secret.js';

/** One proxy on the way. A list of them is a chain: the first is the one that we connect to ourselves. */
export type ProxyOptions = SocksProxyOptions | HttpProxyOptions;

export interface SocksProxyOptions {
  readonly kind: 'socks4' | 'socks4a' | 'socks5';
  readonly host: string;
  /** 1080 unless given. */
  readonly port: number;
  /** SOCKS4's user id, SOCKS5's user name; no login without it. */
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  /** Who turns the target's name into an address. SOCKS4 knows addresses only: always `us`. */
  readonly resolve: 'proxy' | 'us';
}

/** A proxy that takes CONNECT (RFC 9110, section 9.3.6). */
export interface HttpProxyOptions {
  readonly kind: 'http';
  readonly host: string;
  /** 8080 unless given. */
  readonly port: number;
  /** Basic or Digest, as the proxy asks. */
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
}
