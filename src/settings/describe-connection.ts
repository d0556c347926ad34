import { remotePath } from '../core/remote-path.js';
import { CONNECTION_KEYS } from './connection-schema.js';
import { writtenForm, type SettingRow } from './describe-settings.js';
import { DEFAULT_ORIGIN, type Origin } from './origin.js';
import { partnerOfConnection } from './partner.js';
import type { PlaceContext } from './place-context.js';
import { shownProxyUrls } from './proxy-url.js';
import { DEFAULT_MAX_CONNECTIONS } from './resolve-place.js';
import { TRANSFER_KEYS, type TransferKey } from './transfer-schema.js';
import { transferValues } from './transfer-settings.js';

/**
 * All that is in force for one connection, each with its place: flags and variables, then what is written there, then
 * defaults. Never a secret. Rejects an unknown name with the names there are.
 */
export function describeConnection(name: string, context: PlaceContext): readonly SettingRow[] {
  const partner = partnerOfConnection(
    { kind: 'connection', connection: name, path: remotePath('') },
    context,
  );
  const own = ownRows(name, context);
  // Of S3, the endpoint says it.
  const hasPort = partner.scheme === 's3' || partner.connection.url?.port !== undefined;
  const defaults = {
    ...(hasPort ? {} : { port: partner.port }),
    maxConnections: DEFAULT_MAX_CONNECTIONS,
    finalName: 'temporary',
  };
  const isSaid = (key: string) => own.some(({ path }) => path.at(-1) === key);
  const unsaid = Object.entries(defaults).filter(([key]) => !isSaid(key));
  const values = transferValues(context.given, context.loaded, partner.connection);
  return [
    ...own,
    ...unsaid.map(([key, value]) => row(name, key, value, DEFAULT_ORIGIN)),
    ...TRANSFER_KEYS.filter((key) => values[key] !== undefined).map((key) =>
      row(name, key, writtenForm(key, values[key]), transferOrigin(name, key, context)),
    ),
  ];
}

function row(name: string, key: string, value: unknown, origin: Origin): SettingRow {
  return { path: ['connections', name, key], value, origin };
}

/** What is written in the connection, unless a flag or variable stands above it, and what only those say. */
function ownRows(name: string, { loaded, given, secrets }: PlaceContext): readonly SettingRow[] {
  const connections = loaded.written['connections'] as Readonly<Record<string, Record<string, unknown>>>;
  const rows = new Map<string, SettingRow>();
  for (const [key, value] of Object.entries(connections[name] ?? {})) {
    if (!isTransferKey(key))
      rows.set(key, row(name, key, value, loaded.originOf(['connections', name, key])));
  }
  for (const [key, value] of Object.entries(given.values)) {
    const origin = given.originOf(key);
    if (origin === undefined) continue;
    if (CONNECTION_KEYS.includes(key)) rows.set(key, row(name, key, withoutSecret(key, value), origin));
    if (key === 'passwordFile') rows.set('password', row(name, 'password', { file: value }, origin));
  }
  const variable = secrets.environment['TALLY_PASSWORD'];
  if (variable !== undefined && variable !== '' && given.originOf('passwordFile')?.kind !== 'flag') {
    const origin = { kind: 'environment', name: 'TALLY_PASSWORD' } as const;
    rows.set('password', row(name, 'password', { env: 'TALLY_PASSWORD' }, origin));
  }
  return [...rows.values()];
}

/** Of all flags and variables only the URL of a proxy may hold one. */
function withoutSecret(key: string, value: unknown): unknown {
  return key === 'proxy' && Array.isArray(value) ? value.map(String).map(shownProxyUrls) : value;
}

function isTransferKey(key: string): key is TransferKey {
  return (TRANSFER_KEYS as readonly string[]).includes(key);
}

function transferOrigin(name: string, key: TransferKey, { given, loaded }: PlaceContext): Origin {
  const origin = given.originOf(key);
  if (origin !== undefined) return origin;
  if (loaded.settings.connections?.[name]?.[key] !== undefined) {
    return loaded.originOf(['connections', name, key]);
  }
  return loaded.settings.transfers?.[key] === undefined
    ? DEFAULT_ORIGIN
    : loaded.originOf(['transfers', key]);
}
