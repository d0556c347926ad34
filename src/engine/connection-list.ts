import type { LogProtocol } from '../client-log/record.js';
import { remotePath } from '../core/remote-path.js';
import { showPlace } from '../net/tcp-dialer.js';
import type { ConnectionSettings } from '../settings/connection-schema.js';
import { connectionUser, loggedProtocol, partnerOfConnection, type Partner } from '../settings/partner.js';
import { readProxyUrl } from '../settings/proxy-url.js';
import { DEFAULT_MAX_CONNECTIONS } from '../settings/resolve-place.js';
import type { SettingsInForce } from './surroundings.js';

/** One connection of the settings, nothing fetched and nobody asked. */
export interface ListedConnection {
  readonly name: string;
  /** As in the Protocol column. */
  readonly protocol: LogProtocol;
  readonly host: string;
  readonly port: number;
  /** Empty where there is none. */
  readonly user: string;
  /** What the server is known by. */
  readonly trust: 'host-keys' | 'known-hosts' | 'pins' | 'ca' | 'none';
  /** Keys or certificates that are pinned. */
  readonly pinned: number;
  /** The way there, the nearest proxy first, without logins; as the connection itself says. */
  readonly proxies: readonly string[];
  readonly maxConnections: number;
}

/** The connections of the settings, in their order. */
export function listConnections({ loaded, places }: SettingsInForce): readonly ListedConnection[] {
  return Object.keys(loaded.settings.connections ?? {}).map((name) => {
    const location = { kind: 'connection', connection: name, path: remotePath('') } as const;
    const partner = partnerOfConnection(location, places);
    const { scheme, security, host, port, connection } = partner;
    return {
      name,
      protocol: loggedProtocol(scheme, security),
      host,
      port,
      user: connectionUser(connection) ?? '',
      ...trustOf(partner),
      proxies: proxiesOf(connection),
      maxConnections: connection.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
    };
  });
}

function trustOf({ scheme, security, connection }: Partner): Pick<ListedConnection, 'trust' | 'pinned'> {
  if (scheme === 'sftp') {
    const pinned = connection.hostKeys?.length ?? 0;
    return { trust: pinned > 0 ? 'host-keys' : 'known-hosts', pinned };
  }
  const pinned = connection.pins?.length ?? 0;
  if (pinned > 0) return { trust: 'pins', pinned };
  return { trust: security === 'none' ? 'none' : 'ca', pinned };
}

function proxiesOf({ proxy = [] }: ConnectionSettings): readonly string[] {
  return proxy.map((each) => {
    const url = typeof each === 'string' ? each : each.url;
    const read = readProxyUrl(url);
    return 'problem' in read ? 'unreadable' : `${read.kind}://${showPlace(read.host, read.port)}`;
  });
}
