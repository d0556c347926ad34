import { DEFAULT_PORTS } from '../core/default-ports.js';
import type { ConnectionLocation, UrlLocation, UrlScheme } from '../core/location.js';
import { remotePath, type RemotePath } from '../core/remote-path.js';
import { Secret } from '../core/secret.js';
import { connectionScheme, connectionSecurity, type ConnectionSettings } from './connection-schema.js';
import { didYouMean } from '../core/did-you-mean.js';
import type { Origin } from './origin.js';
import type { PlaceContext } from './place-context.js';
import { s3EndpointUrl, writtenS3Place } from './s3-endpoint-url.js';
import { settingsError } from './settings-error.js';

/** Whom to connect to and what the settings say of them; secrets are not yet fetched. */
export interface Partner {
  /** The connection's name, or the URL without path. */
  readonly label: string;
  readonly scheme: UrlScheme;
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly security: 'none' | 'explicit' | 'implicit';
  /** From a URL on the command line. */
  readonly urlPassword: Secret | undefined;
  /** From an http(s) URL on the command line. */
  readonly query?: string;
  /** Empty for a URL. */
  readonly connection: ConnectionSettings;
  /** Where a key of the connection stands; the location itself for a URL. */
  originOf(...path: readonly string[]): Origin;
}

/** A URL stands for itself: no connection of the settings lends it anything. */
export function partnerOfUrl(location: UrlLocation, context: PlaceContext): Partner {
  const { scheme, host } = location;
  const port = location.port ?? DEFAULT_PORTS[scheme];
  const user =
    context.given.originOf('user')?.kind === 'flag'
      ? context.given.values.user
      : (location.user ?? context.given.values.user);
  const label = partnerLabel(scheme, user, host, location.port);
  const originOf = (): Origin => ({ kind: 'location', text: label });
  if (scheme === 's3' && location.port !== undefined) {
    throw settingsError(originOf(), 'must be s3://bucket/key; host and port are said by --endpoint');
  }
  return {
    label,
    scheme,
    ...(scheme === 's3'
      ? s3Way({}, originOf, context)
      : { host, port, security: connectionSecurity({ url: location }) }),
    user,
    urlPassword: location.password === undefined ? undefined : new Secret(location.password),
    ...(location.query === undefined ? {} : { query: location.query }),
    connection: {},
    originOf,
  };
}

/** The host of an S3 URL is a bucket; the way there is the endpoint's. */
function s3Way(
  connection: ConnectionSettings,
  originOf: (key: string) => Origin,
  context: PlaceContext,
): Pick<Partner, 'host' | 'port' | 'security'> {
  const { host, port, security } = s3EndpointUrl(connection, originOf, context);
  return { host, port, security };
}

/** The path on the server: that of an S3 URL begins with its bucket, as all paths over S3 do. */
export function pathOfUrl({ scheme, host, path }: UrlLocation): RemotePath {
  return scheme === 's3' ? remotePath(`/${host}${path}`) : path;
}

function partnerLabel(
  scheme: UrlScheme,
  user: string | undefined,
  host: string,
  port: number | undefined,
): string {
  const login = user === undefined ? '' : `${encodeURIComponent(user)}@`;
  const place = host.includes(':') ? `[${host}]` : host;
  return `${scheme}://${login}${place}${port === undefined ? '' : `:${port}`}`;
}

/** The Protocol column of the client log; `ftps` for explicit and implicit TLS alike: the port tells. */
export function loggedProtocol(
  scheme: UrlScheme,
  security: Partner['security'],
): 'ftp' | 'ftps' | 'sftp' | 'http' | 'https' | 's3' {
  switch (scheme) {
    case 'sftp':
    case 's3':
      return scheme;
    case 'http':
    case 'dav':
      return 'http';
    case 'https':
    case 'davs':
      return 'https';
    case 'ftp':
    case 'ftpes':
    case 'ftps':
      return security === 'none' ? 'ftp' : 'ftps';
  }
}

/** The host of a connection; of S3 that of its endpoint, as far as the connection itself tells. */
export function connectionHost(connection: ConnectionSettings): string {
  if (connectionScheme(connection) === 's3') return writtenS3Place(connection).host;
  return connection.url?.host ?? connection.host ?? '';
}

/** The port of a connection, its scheme's default where it names none. */
export function connectionPort(connection: ConnectionSettings): number {
  if (connectionScheme(connection) === 's3') return writtenS3Place(connection).port;
  const scheme = portScheme(connectionScheme(connection), connection);
  return connection.url?.port ?? connection.port ?? DEFAULT_PORTS[scheme];
}

export function connectionUser(connection: ConnectionSettings): string | undefined {
  return connection.url?.user ?? connection.user;
}

/** Rejects an unknown name with the names there are. */
export function partnerOfConnection(location: ConnectionLocation, context: PlaceContext): Partner {
  const { loaded, given } = context;
  const name = location.connection;
  const known = loaded.settings.connections ?? {};
  const connection = Object.hasOwn(known, name) ? known[name] : undefined;
  if (connection === undefined) throw unknownConnection(location, context);
  const scheme = connectionScheme(connection);
  const originOf = (...path: readonly string[]) => loaded.originOf(['connections', name, ...path]);
  return {
    label: name,
    scheme,
    ...(scheme === 's3'
      ? s3Way(connection, originOf, context)
      : {
          host: connectionHost(connection),
          port: connectionPort(connection),
          security: connectionSecurity(connection),
        }),
    user: given.values.user ?? connectionUser(connection),
    urlPassword: undefined,
    connection,
    originOf,
  };
}

/** `protocol: ftp` with `security: implicit` speaks on the port of `ftps`. */
function portScheme(scheme: UrlScheme, connection: ConnectionSettings): UrlScheme {
  return scheme === 'ftp' && connection.security === 'implicit' ? 'ftps' : scheme;
}

function unknownConnection({ connection, path }: ConnectionLocation, { loaded }: PlaceContext): Error {
  const names = Object.keys(loaded.settings.connections ?? {});
  const origin: Origin = { kind: 'location', text: `${connection}:${path}` };
  const where = loaded.file === undefined ? 'no settings file was found' : `${loaded.file} has`;
  if (loaded.file === undefined) {
    return settingsError(
      origin,
      `there is no connection "${connection}": ${where}. A local path with a colon is written ./${connection}:...`,
    );
  }
  const list = names.length === 0 ? 'no connections' : names.slice(0, 20).join(', ');
  return settingsError(
    origin,
    `there is no connection "${connection}"${didYouMean(connection, names)}: ${where} ${list}`,
  );
}
