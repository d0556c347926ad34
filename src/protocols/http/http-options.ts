import type { Secret } from '../../core/secret.js';
import type { ProxyOptions } from '../../net/proxy-options.js';
import type { TlsOptions } from '../../net/tls-options.js';

/** All that a session with a web server needs to know; WebDAV is HTTP with more verbs. */
export interface HttpOptions {
  readonly kind: 'http';
  readonly host: string;
  /** 80; 443 with TLS. */
  readonly port: number;
  readonly security: 'none' | 'tls';
  readonly tls: TlsOptions;
  /** True for `dav` and `davs`: PROPFIND, MKCOL, MOVE, DELETE are there. */
  readonly webdav: boolean;
  readonly login: HttpLogin;
  /** Of the URL, percent-encoded, without the question mark: sent with every path. It may hold a secret. */
  readonly query?: string | undefined;
  /** Sent with every request; values may be secrets. */
  readonly headers: readonly HttpHeader[];
  /** How a file is sent: PUT, or POST of multipart/form-data with the file in `field`. */
  readonly upload: { readonly method: 'put' } | { readonly method: 'post'; readonly field: string };
  /** 0 = none is followed. */
  readonly maxRedirects: number;
  /** Limit for each wait: connection, response, no progress of a body. */
  readonly timeoutMs: number;
  readonly proxies: readonly ProxyOptions[];
}

/** `auto`: Basic or Digest, as the server asks. */
export type HttpLogin =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'auto' | 'basic' | 'digest';
      readonly user: string;
      readonly password: Secret;
    }
  | { readonly kind: 'bearer'; readonly token: Secret };

export interface HttpHeader {
  readonly name: string;
  readonly value: Secret;
}
