import type { Secret } from '../core/secret.js';

/**
 * Whom we trust on a TLS connection, and who we are. Verification can be replaced by a pin, never switched off.
 */
export interface TlsOptions {
  /** PEM texts of CAs trusted besides the system's. */
  readonly ca: readonly string[];
  /** `SHA256:<base64>` of the server certificate's public key (SubjectPublicKeyInfo); any match is trusted. */
  readonly pins: readonly string[];
  /** The name that the certificate must bear; default: the host. */
  readonly serverName?: string;
  readonly minVersion?: TlsVersion;
  readonly maxVersion?: TlsVersion;
  readonly clientCertificate?: ClientCertificate;
}

export type TlsVersion = '1.2' | '1.3';

export interface ClientCertificate {
  /** PEM, the chain included. */
  readonly certificate: string;
  readonly key: Secret;
  readonly passphrase?: Secret;
}
