import { Secret } from '../../src/core/secret.js';
import type { FtpOptions } from '../../src/protocols/ftp/ftp-options.js';
import type { SftpOptions } from '../../src/protocols/sftp/sftp-options.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';

/** Where a server is and how to get in: what test servers and simulated partners have in common. */
export interface PartnerPlace {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

const columns = (
  protocol: Endpoint['columns']['protocol'],
  { host, port, user }: PartnerPlace,
): Endpoint['columns'] => ({
  protocol,
  host,
  port,
  user,
});

export function ftpEndpoint(place: PartnerPlace, changes: Partial<FtpOptions> = {}): Endpoint {
  const options: FtpOptions = {
    kind: 'ftp',
    host: place.host,
    port: place.port,
    user: place.user,
    password: new Secret(place.password),
    timeoutMs: 10_000,
    security: 'none',
    tls: { ca: [], pins: [] },
    dataProtection: 'private',
    clearCommandChannel: false,
    dataMode: 'passive',
    extendedCommands: true,
    machineListings: true,
    keepAliveMs: 0,
    listingZoneOffsetMinutes: 0,
    proxies: [],
    ...changes,
  };
  return {
    label: `ftp ${place.host}`,
    options,
    columns: columns(options.security === 'none' ? 'ftp' : 'ftps', place),
    maxConnections: 4,
    finalName: 'temporary',
  };
}

export function sftpEndpoint(
  place: PartnerPlace & { readonly fingerprints: readonly string[] },
  changes: Partial<SftpOptions> = {},
): Endpoint {
  const options: SftpOptions = {
    kind: 'sftp',
    host: place.host,
    port: place.port,
    user: place.user,
    password: new Secret(place.password),
    identities: [],
    trust: { fingerprints: place.fingerprints, knownHosts: [] },
    timeoutMs: 10_000,
    keepAliveMs: 0,
    sequential: false,
    legacyAlgorithms: [],
    proxies: [],
    ...changes,
  };
  return {
    label: `sftp ${place.host}`,
    options,
    columns: columns('sftp', place),
    maxConnections: 4,
    finalName: 'temporary',
  };
}
