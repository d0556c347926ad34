import type { Platform } from '../core/platform.js';
import type { Origin } from './origin.js';
import { settingsError } from './settings-error.js';
import { advancedPropertiesSwitch } from './tenth-column-advanced-properties.js';
import { registryExportSwitch } from './tenth-column-registry-export.js';
import { SWITCH_NAME, switchOf, type FoundSwitch, type RegistryQuery } from './tenth-column-value.js';
import { liveRegistrySwitch } from './tenth-column-live-registry.js';

export type { RegistryQuery, RegistryValue } from './tenth-column-value.js';

export const TENTH_COLUMN_VARIABLE = `TALLY_${SWITCH_NAME.toUpperCase()}`;

/** The six places of the switch, as far as they exist. */
export interface TenthColumnPlaces {
  /** `--tenth-column` is true, `--no-tenth-column` is false. */
  readonly flag?: boolean | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What `clientLog` of tallyman.yaml says. */
  readonly settings?: TenthColumnSettings | undefined;
  readonly eft?:
    | {
        /** Absolute path of an AdvancedProperties.json of EFT 8 or later. */
        readonly advancedPropertiesPath?: string | undefined;
        /** Absolute path of a `.reg` file. */
        readonly registryExportPath?: string | undefined;
      }
    | undefined;
  readonly platform: Pick<Platform, 'files' | 'host'>;
  /** Asked on Windows only. */
  readonly queryRegistry?: RegistryQuery | undefined;
}

export interface TenthColumnSettings {
  readonly tenthColumn?: unknown;
  readonly Enable10ColumnInClientLog?: unknown;
  /** Where a key of `clientLog` stands, for messages. */
  readonly originOf?: ((key: 'tenthColumn' | 'Enable10ColumnInClientLog') => Origin) | undefined;
}

export interface TenthColumn {
  readonly on: boolean;
  /** The place that decided, in words: `--tenth-column`, a variable, a key, a file, a registry key, or the default. */
  readonly origin: string;
}

/**
 * Whether the client log has its tenth column: the first place that is set wins (flag, environment,
 * tallyman.yaml, AdvancedProperties.json, registry export, live registry), else nine columns. Rejects with
 * SETTINGS_INVALID naming the place when its value is neither on nor off, or when a named file cannot be read.
 */
export async function resolveTenthColumn(places: TenthColumnPlaces): Promise<TenthColumn> {
  const { eft, platform, queryRegistry } = places;
  const found =
    flagSwitch(places.flag) ??
    variableSwitch(places.env) ??
    settingsSwitch(places.settings ?? {}) ??
    (await advancedPropertiesSwitch(eft?.advancedPropertiesPath, platform.files)) ??
    (await registryExportSwitch(eft?.registryExportPath, platform.files)) ??
    (platform.host.os === 'win32' ? await liveRegistrySwitch(queryRegistry) : undefined);
  return found ?? { on: false, origin: 'default' };
}

function flagSwitch(flag: boolean | undefined): FoundSwitch | undefined {
  return flag === undefined ? undefined : { on: flag, origin: flag ? '--tenth-column' : '--no-tenth-column' };
}

/** An empty variable counts as not set, as every variable of ours does. */
function variableSwitch(env: TenthColumnPlaces['env']): FoundSwitch | undefined {
  const value = env[TENTH_COLUMN_VARIABLE];
  if (value === undefined || value === '') return undefined;
  return switchOf(value, { kind: 'environment', name: TENTH_COLUMN_VARIABLE }, TENTH_COLUMN_VARIABLE);
}

/** Both spellings are one place: where both are set, they must agree. */
function settingsSwitch(settings: TenthColumnSettings): FoundSwitch | undefined {
  const ours = keySwitch(settings, 'tenthColumn');
  const eftName = keySwitch(settings, SWITCH_NAME);
  if (ours !== undefined && eftName !== undefined && ours.on !== eftName.on) {
    const origin = settings.originOf?.(SWITCH_NAME) ?? clientLogKey(SWITCH_NAME);
    throw settingsError(origin, `${SWITCH_NAME} contradicts clientLog.tenthColumn; keep one of them`);
  }
  return ours ?? eftName;
}

function keySwitch(
  settings: TenthColumnSettings,
  key: 'tenthColumn' | 'Enable10ColumnInClientLog',
): FoundSwitch | undefined {
  const value = settings[key];
  if (value === undefined) return undefined;
  return switchOf(value, settings.originOf?.(key) ?? clientLogKey(key), `clientLog.${key}`);
}

function clientLogKey(key: string): Origin {
  return { kind: 'environment', name: `clientLog.${key}` };
}
