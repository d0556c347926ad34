import { authorityCertificate, readTestKey, type CertificateName } from './test-keys.js';

/** What can be asked of both web servers. */
export interface WebServerOptions {
  /** Default: `none`. */
  readonly security?: 'none' | 'tls';
  readonly certificate?: CertificateName;
  /** Which login is wanted; default: `basic`. */
  readonly login?: 'none' | 'basic' | 'digest';
  /** `true`: only a client whose certificate the authority has signed is let in. Only with TLS. */
  readonly clientCertificate?: boolean;
  /** WebDAV in full; else the plain web server, of which nginx takes PUT and DELETE. Default: true. */
  readonly webdav?: boolean;
  readonly diskBytes?: number;
  /** Further lines of the configuration, inside the server's own section. */
  readonly extraConfig?: readonly string[];
}

export function webCertificateFacts(options: WebServerOptions): { ca?: string; certificate?: string } {
  if (options.security !== 'tls') return {};
  return { ca: authorityCertificate(), certificate: readTestKey(`${options.certificate ?? 'valid'}.crt`) };
}
