import { authorityCertificate, readTestKey, type CertificateName } from './test-keys.js';

/** What can be asked of every FTP server; what only some of them can do stands beside that server. */
export interface FtpServerOptions {
  /** Default: `none`. Explicit is AUTH TLS on the plain port, implicit is TLS from the first byte. */
  readonly security?: 'none' | 'explicit' | 'implicit';
  /** Which connections the server insists on having encrypted. Default: both. Only with TLS. */
  readonly tlsRequired?: 'control-and-data' | 'control' | 'neither';
  /** Default: both. */
  readonly tlsVersions?: readonly TlsVersion[];
  readonly certificate?: CertificateName;
  readonly passivePorts?: { readonly from: number; readonly to: number };
  /** Refuses every command that would change something. */
  readonly readOnly?: boolean;
  readonly diskBytes?: number;
  /** How many sessions are served at once; the next one is turned away. */
  readonly maxClients?: number;
  /** Ends a session in which no command came for so long. */
  readonly idleSeconds?: number;
}

export type TlsVersion = '1.2' | '1.3';

export const bothTlsVersions: readonly TlsVersion[] = ['1.2', '1.3'];

/** What the test needs to trust the server, or to distrust it for the right reason. */
export function certificateFacts(options: FtpServerOptions): { ca?: string; certificate?: string } {
  if ((options.security ?? 'none') === 'none') return {};
  const certificate = readTestKey(`${options.certificate ?? 'valid'}.crt`);
  return { ca: authorityCertificate(), certificate };
}

/** The settings of OpenSSL's library for servers that have no setting of their own for the TLS version. */
export function opensslConfig(versions: readonly TlsVersion[]): string {
  return [
    'openssl_conf = defaults',
    '[defaults]\nssl_conf = ssl',
    '[ssl]\nsystem_default = limits',
    `[limits]\nMinProtocol = TLSv${versions[0]}\nMaxProtocol = TLSv${versions.at(-1)}\n`,
  ].join('\n');
}
