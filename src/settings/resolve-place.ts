import { parseLocation, showLocation } from '../core/location.js';
import { remotePath } from '../core/remote-path.js';
import type { BatchPlace } from '../transfers/batch-request.js';
import type { Endpoint } from '../transfers/endpoint.js';
import { ALL_FLAGS, type FlagFacts } from './flag-table.js';
import { ftpOptions } from './ftp-endpoint.js';
import { transferPath } from './local-path.js';
import { partnerOfConnection, partnerOfUrl, type Partner } from './partner.js';
import type { PlaceContext } from './place-context.js';
import { SettingsError, type SettingsProblem } from './settings-error.js';
import { sftpOptions } from './sftp-endpoint.js';
import { transferValues, type TransferValues } from './transfer-settings.js';

/** A place that can be reached, and how files are moved to and from it. */
export interface ResolvedPlace {
  readonly place: BatchPlace;
  readonly transfer: TransferValues;
}

/** As many local sessions as files may move at a time. */
const LOCAL_SESSIONS = 64;
const DEFAULT_MAX_CONNECTIONS = 4;

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
  return { place: { endpoint, path: location.path, text: showLocation(location) }, transfer };
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
  const options =
    partner.scheme === 'sftp'
      ? await sftpOptions(partner, timeoutMs, context)
      : await ftpOptions(partner, timeoutMs, context);
  const { temporaryName } = partner.connection;
  return {
    label: partner.label,
    options,
    columns: {
      protocol: logProtocol(partner),
      host: partner.host,
      port: partner.port,
      user: options.user,
    },
    maxConnections: partner.connection.maxConnections ?? DEFAULT_MAX_CONNECTIONS,
    finalName: partner.connection.finalName ?? 'temporary',
    ...(temporaryName === undefined ? {} : { temporaryName }),
  };
}

/** `ftps` for explicit and implicit TLS alike: the port tells. */
function logProtocol({ scheme, security }: Partner): 'ftp' | 'ftps' | 'sftp' {
  if (scheme === 'sftp') return 'sftp';
  return security === 'none' ? 'ftp' : 'ftps';
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
  if (only === 'ssh') return scheme === 'sftp';
  if (only === 'ftp') return scheme !== 'sftp';
  return only !== 'tls' || security !== 'none';
}

function describe({ scheme, security }: Partner): string {
  if (scheme === 'sftp') return 'SFTP';
  return security === 'none' ? 'FTP without TLS' : 'FTP over TLS';
}
