import type { Secret } from '../../core/secret.js';
import type { ProxyOptions } from '../../net/proxy-options.js';
import type { TlsOptions } from '../../net/tls-options.js';

/** All that a session with an S3 endpoint needs to know. Paths are `/bucket/key`. */
export interface S3Options {
  readonly kind: 's3';
  readonly host: string;
  readonly port: number;
  readonly security: 'none' | 'tls';
  readonly tls: TlsOptions;
  readonly region: string;
  /** Absent: requests are not signed. */
  readonly credentials?: S3Credentials | undefined;
  /** `path`: https://host/bucket/key; `virtual`: https://bucket.host/key. */
  readonly addressing: 'path' | 'virtual';
  /** Size of the parts of a multipart upload; files up to it go in one PUT. */
  readonly partBytes: number;
  readonly timeoutMs: number;
  readonly proxies: readonly ProxyOptions[];
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret | undefined;
}
