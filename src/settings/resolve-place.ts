import { parseLocation, showLocation } from '../core/location.js';
import { remotePath } from '../core/remote-path.js';
import type { RemoteOptions } from '../protocols/protocol-registry.js';
import type { BatchPlace } from '../transfers/batch-request.js';
import type { Endpoint } from '../transfers/endpoint.js';
import { ALL_FLAGS, type FlagFacts } from './flag-table.js';
import { ftpOptions } from './ftp-endpoint.js';
import { httpOptions } from './http-endpoint.js';
import { transferPath } from './local-path.js';
import { loggedProtocol, partnerOfConnection, partnerOfUrl, pathOfUrl, type Partner } from './partner.js';
import type { PlaceContext } from './place-context.js';
import { mannersOf } from './manners-schema.js';
import { SettingsError, type SettingsProblem } from './settings-error.js';
import { s3Options } from './s3-endpoint.js';
import { sftpOptions } from './sftp-endpoint.js';
import { transferValues, type TransferValues } from './transfer-settings.js';

/** A place that can be reached, and how files are moved to and from it. */
export interface ResolvedPlace {
  readonly place: BatchPlace;
  readonly transfer: TransferValues;
}

/** As many local sessions as files may move at a time. */
const LOCAL_SESSIONS = 64;
export const DEFAULT_MAX_CONNECTIONS = 4;

/**
 * Turns what the user wrote into a place: secrets are fetched here and nowhere earlier. Rejects with
 * LOCATION_INVALID, NAME_REFUSED or SETTINGS_INVALID, all of which name the place that is wrong.
 */
export async function resolvePlace(text: string, context: PlaceContext): Promise<ResolvedPlace> {
  const location = parseLocation(text);
  if (location.kind === 'local') {
    const path = transferPath(location.path, context.workFolder, context.platform.host.os);
    return {
      place: { endpoint: localEndpoint(context), path: remotePath(path), text: showLocation(location) },
      transfer: transferValues(context.given, context.loaded),
    };
  }
  const partner =
    location.kind === 'url' ? partnerOfUrl(location, context) : partnerOfConnection(location, context);
  refuseForeignFlags(partner, context);
  const transfer = transferValues(context.given, context.loaded, partner.connection);
  const endpoint = await partnerEndpoint(partner, transfer.timeout, context);
  const path = location.kind === 'url' ? pathOfUrl(location) : location.path;
  return { place: { endpoint, path, text: showLocation(location) }, transfer };
}

/** True when the text names a place on this machine; rejects like `resolvePlace`. */
export function isLocalText(text: string): boolean {
  return parseLocation(text).kind === 'local';
}

function localEndpoint(context: PlaceContext): Endpoint {
  return {
    label: 'local',
    options: { kind: 'local' },
    columns: { protocol: 'local', host: 'localhost', port: 0, user: context.platform.host.userName },
    maxConnections: LOCAL_SESSIONS,
    finalName: 'temporary',
  };
}

async function partnerEndpoint(
  partner: Partner,
  timeoutMs: number,
  context: PlaceContext,
): Promise<Endpoint> {
  const { options, user } = await protocolOptions(partner, timeoutMs, context);
  const { temporaryName, finalName, bindAddress } = partner.connection;
  const { rename, ...manners } = mannersOf(partner.connection);
  return {
    label: partner.label,
    options: bindAddress === undefined ? options : { ...options, bindAddress },
    columns: {
      protocol: loggedProtocol(partner.scheme, partner.security),
      host: partner.host,
      port: partner.port,
      user,
    },
    maxConnections: partner.connection.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
    finalName: finalName ?? (rename ? 'temporary' : 'direct'),
    manners,
    ...(temporaryName === undefined ? {} : { temporaryName }),
  };
}

interface PartnerOptions {
  readonly options: RemoteOptions;
  /** For the User Name column. */
  readonly user: string;
}

async function protocolOptions(
  partner: Partner,
  timeoutMs: number,
  context: PlaceContext,
): Promise<PartnerOptions> {
  switch (partner.scheme) {
    case 'sftp': {
      const options = await sftpOptions(partner, timeoutMs, context);
      return { options, user: options.user };
    }
    case 'ftp':
    case 'ftpes':
    case 'ftps': {
      const options = await ftpOptions(partner, timeoutMs, context);
      return { options, user: options.user };
    }
    case 'http':
    case 'https':
    case 'dav':
    case 'davs':
      return { options: await httpOptions(partner, timeoutMs, context), user: partner.user ?? '' };
    case 's3': {
      const options = await s3Options(partner, timeoutMs, context);
      return { options, user: options.credentials?.accessKeyId ?? '' };
    }
  }
}

/** A flag that this protocol has no use for is a mistake; a variable may be meant for another command. */
function refuseForeignFlags(partner: Partner, context: PlaceContext): void {
  const problems: SettingsProblem[] = [];
  for (const facts of ALL_FLAGS) {
    const origin = context.given.originOf(facts.key);
    if (origin?.kind !== 'flag' || isUseful(facts, partner)) continue;
    problems.push({ origin, text: `is not for ${partner.label}, which speaks ${describe(partner)}` });
  }
  if (problems.length > 0) throw new SettingsError(problems);
}

function isUseful({ only }: FlagFacts, { scheme, security }: Partner): boolean {
  if (only === undefined) return true;
  const isUsefulFor = {
    ssh: scheme === 'sftp',
    ftp: scheme.startsWith('ftp'),
    s3: scheme === 's3',
    tls: security !== 'none' || scheme === 's3',
  } as const;
  return isUsefulFor[only];
}

function describe({ scheme, security }: Partner): string {
  switch (scheme) {
    case 'sftp':
      return 'SFTP';
    case 's3':
      return 'S3';
    case 'http':
    case 'https':
      return security === 'none' ? 'HTTP without TLS' : 'HTTPS';
    case 'dav':
    case 'davs':
      return security === 'none' ? 'WebDAV without TLS' : 'WebDAV over TLS';
    case 'ftp':
    case 'ftpes':
    case 'ftps':
      return security === 'none' ? 'FTP without TLS' : 'FTP over TLS';
  }
}
