import type { DialTarget } from '../core/dialer.js';
import type { LocalOptions } from './local/local-options.js';
import type { ProtocolOptions } from './protocol-registry.js';

/** Protocols of a partner: all but the local one. */
export type PartnerOptions = Exclude<ProtocolOptions, LocalOptions>;

/** Where a connection is made to: an FTP proxy where one stands in for the server. */
export function dialledPlace(options: PartnerOptions): DialTarget {
  const { host, port } = ftpProxyOf(options) ?? options;
  const { bindAddress } = options;
  return bindAddress === undefined ? { host, port } : { host, port, localAddress: bindAddress };
}

/** The FTP proxy that stands in for the server, if there is one. */
export function ftpProxyOf(options: PartnerOptions): Omit<DialTarget, 'localAddress'> | undefined {
  return options.kind === 'ftp' ? options.ftpProxy : undefined;
}

/** What keeps the connection secret. */
export function securityOf(options: PartnerOptions): 'ssh' | 'tls' | 'none' {
  if (options.kind === 'sftp') return 'ssh';
  return options.security === 'none' ? 'none' : 'tls';
}

/** Over TLS from the first byte, the server speaks only after the hand-shake. */
export function speaksAfterTls(options: PartnerOptions): boolean {
  return options.kind !== 'sftp' && (options.security === 'implicit' || options.security === 'tls');
}

export type DataMode = 'passive' | 'active';

/** Who opens the data connections; undefined where there are none. */
export function dataModeOf(options: PartnerOptions): DataMode | undefined {
  return options.kind === 'ftp' ? options.dataMode : undefined;
}

/** The same connection with data connections of that kind, where it has any. */
export function withDataMode(options: PartnerOptions, dataMode: DataMode): PartnerOptions {
  return options.kind === 'ftp' ? { ...options, dataMode } : options;
}

/** Where pins stand in the settings of a connection. */
export function pinKeyOf(options: PartnerOptions): 'hostKeys' | 'pins' {
  return options.kind === 'sftp' ? 'hostKeys' : 'pins';
}

/** The keys that are pinned, as `SHA256:...`. */
export function pinsOf(options: PartnerOptions): readonly string[] {
  return options.kind === 'sftp' ? options.trust.fingerprints : options.tls.pins;
}

/** The name that a certificate must bear. */
export function certificateNameOf(options: PartnerOptions): string {
  return options.kind === 'sftp' ? options.host : (options.tls.serverName ?? options.host);
}

/** Keys to log in with, by name, and the agent. */
export function loginKeysOf(options: PartnerOptions): readonly string[] {
  if (options.kind !== 'sftp') return [];
  const keys = options.identities.map(({ name }) => `key ${name}`);
  return options.agent === undefined ? keys : [...keys, 'the agent'];
}
