import { logFolder, stateFolder } from './client-log-settings.js';
import { DEFAULT_ORIGIN, type Origin, type Sourced } from './origin.js';
import type { PlaceContext } from './place-context.js';
import { writtenServerCommand } from './server-command-schema.js';
import { TRANSFER_KEYS, type TransferKey } from './transfer-schema.js';
import { sourcedTransferValues, type TransferValues } from './transfer-settings.js';

/** One setting in force: where it stands, what it is, where it came from. Never a secret. */
export interface SettingRow {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly origin: Origin;
}

/** A flag or variable that stands above every connection's own key. */
export interface OverridingValue {
  readonly key: string;
  readonly origin: Origin;
}

/** All settings in force, in the order of the settings file. */
export function describeSettings(
  context: PlaceContext,
  tenthColumn: Sourced<boolean>,
): readonly SettingRow[] {
  return [
    ...clientLogRows(context, tenthColumn),
    ...sourcedTransferValues(context.given, context.loaded)
      .filter(({ value }) => value !== undefined)
      .map(({ key, value, origin }) => ({
        path: ['transfers', key],
        value: writtenForm(key, value),
        origin,
      })),
    { path: ['stateFolder'], ...stateFolder(context) },
    ...writtenRows('eft', context),
    ...writtenRows('connections', context),
  ];
}

const LOG_DEFAULTS = { lineEnd: 'os', sync: 'interval', attempts: 'all' } as const;

function clientLogRows(context: PlaceContext, tenthColumn: Sourced<boolean>): readonly SettingRow[] {
  const { loaded, platform } = context;
  const given = loaded.settings.clientLog ?? {};
  const row = (key: keyof typeof given, fallback: unknown): SettingRow => ({
    path: ['clientLog', key],
    value: given[key] ?? fallback,
    origin: given[key] === undefined ? DEFAULT_ORIGIN : loaded.originOf(['clientLog', key]),
  });
  return [
    { path: ['clientLog', 'folder'], ...logFolder(context) },
    { path: ['clientLog', 'tenthColumn'], ...tenthColumn },
    row('lineEnd', LOG_DEFAULTS.lineEnd),
    row('timeZone', platform.host.timeZone),
    row('sync', LOG_DEFAULTS.sync),
    row('attempts', LOG_DEFAULTS.attempts),
  ];
}

/** Durations and commands as a person writes them. */
export function writtenForm(key: TransferKey, value: unknown): unknown {
  if (key === 'before' || key === 'after')
    return (value as TransferValues['before']).map(writtenServerCommand);
  if (key !== 'timeout' && key !== 'retryDelay') return value;
  const durationMs = Number(value);
  return durationMs % 1000 === 0 ? `${durationMs / 1000}s` : `${durationMs}ms`;
}

/** Groups that have no defaults: as they are written, which is without secrets. */
function writtenRows(section: string, { loaded }: PlaceContext): readonly SettingRow[] {
  const rows: SettingRow[] = [];
  const visit = (value: unknown, path: readonly string[]) => {
    const isReference =
      path.length > 2 || typeof value !== 'object' || value === null || Array.isArray(value);
    if (isReference) rows.push({ path, value, origin: loaded.originOf(path) });
    else for (const [key, below] of Object.entries(value)) visit(below, [...path, key]);
  };
  const written = loaded.written[section];
  if (written !== undefined && written !== null) visit(written, [section]);
  return rows;
}

/** Flags and variables of a connection: above the keys of every connection that is used. */
export function overridingValues({ given, secrets }: PlaceContext): readonly OverridingValue[] {
  const rows: OverridingValue[] = [];
  for (const key of Object.keys(given.values)) {
    const origin = given.originOf(key);
    if (origin !== undefined && CONNECTION_KEYS.has(key)) rows.push({ key, origin });
  }
  for (const [name, key] of [
    ['TALLY_PASSWORD', 'password'],
    ['TALLY_PASSPHRASE', 'passphrase'],
  ] as const) {
    const value = secrets.environment[name];
    if (value !== undefined && value !== '') rows.push({ key, origin: { kind: 'environment', name } });
  }
  return rows;
}

const CONNECTION_KEYS: ReadonlySet<string> = new Set([
  'user',
  'passwordFile',
  'identities',
  'hostKeys',
  'knownHosts',
  'ca',
  'pins',
  'proxy',
  'active',
  ...TRANSFER_KEYS,
]);
