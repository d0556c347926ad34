import type { LogProtocol } from '../client-log/record.js';
import { showPlace } from '../net/tcp-dialer.js';
import { connectionScheme, connectionSecurity, type ConnectionSettings } from '../settings/connection-schema.js';
import { connectionPort, connectionUser, loggedProtocol } from '../settings/partner.js';
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
export function listConnections({ loaded }: Pick<SettingsInForce, 'loaded'>): readonly ListedConnection[] {
  return Object.entries(loaded.settings.connections ?? {}).map(([name, connection]) => ({
    name,
    protocol: loggedProtocol(connectionScheme(connection), connectionSecurity(connection)),
    host: connection.url?.host ?? connection.host ?? '',
    port: connectionPort(connection),
    user: connectionUser(connection) ?? '',
    ...trustOf(connection),
    proxies: proxiesOf(connection),
    maxConnections: connection.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
  }));
}

function trustOf(connection: ConnectionSettings): Pick<ListedConnection, 'trust' | 'pinned'> {
  const scheme = connectionScheme(connection);
  if (scheme === 'sftp') {
    const pinned = connection.hostKeys?.length ?? 0;
    return { trust: pinned > 0 ? 'host-keys' : 'known-hosts', pinned };
  }
  const pinned = connection.pins?.length ?? 0;
  if (pinned > 0) return { trust: 'pins', pinned };
  const isClear = scheme !== 's3' && connectionSecurity(connection) === 'none';
  return { trust: isClear ? 'none' : 'ca', pinned };
}

function proxiesOf({ proxy = [] }: ConnectionSettings): readonly string[] {
  return proxy.map((each) => {
    const url = typeof each === 'string' ? each : each.url;
    const read = readProxyUrl(url);
    return 'problem' in read ? 'unreadable' : `${read.kind}://${showPlace(read.host, read.port)}`;
  });
}
