import { printable } from '../core/printable.js';
import type { Origin } from './origin.js';
import { settingsError } from './settings-error.js';

/** EFT's name of the switch, the same in every place. */
export const SWITCH_NAME = 'Enable10ColumnInClientLog';

/** The keys of the registry that EFT reads, 64-bit Windows first. "4.0" is fixed whatever EFT's version. */
export const REGISTRY_KEYS = [
  'HKEY_LOCAL_MACHINE\\SOFTWARE\\Wow6432Node\\GlobalSCAPE Inc.\\EFT Server 4.0',
  'HKEY_LOCAL_MACHINE\\SOFTWARE\\GlobalSCAPE Inc.\\EFT Server 4.0',
] as const;

/** One value of the registry, as `reg query` prints it. */
export interface RegistryValue {
  /** `REG_DWORD`, `REG_SZ`, ... */
  readonly type: string;
  /** `0x1` for a DWORD. */
  readonly data: string;
}

/** Reads one value of the live registry; undefined when key or value do not exist. Rejects when it cannot be asked. */
export type RegistryQuery = (key: string, valueName: string) => Promise<RegistryValue | undefined>;

export interface FoundSwitch {
  readonly on: boolean;
  readonly origin: string;
}

const ON: readonly unknown[] = [true, 1, '1', 'true'];
const OFF: readonly unknown[] = [false, 0, '0', 'false'];

/** The switch in a value from outside, or SETTINGS_INVALID naming the place. `shown` is the place in words. */
export function switchOf(value: unknown, origin: Origin, shown: string): FoundSwitch {
  const plain = typeof value === 'string' ? value.trim().toLowerCase() : value;
  if (ON.includes(plain)) return { on: true, origin: shown };
  if (OFF.includes(plain)) return { on: false, origin: shown };
  throw settingsError(origin, `${SWITCH_NAME} must be 1 (ten columns) or 0 (nine), not ${shownValue(value)}`);
}

/** The value in a message: short, printable, of any type. */
export function shownValue(value: unknown): string {
  return printable(JSON.stringify(value) ?? String(value), 60);
}
