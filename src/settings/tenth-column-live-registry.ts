import { printable } from '../core/printable.js';
import type { Origin } from './origin.js';
import { settingsError } from './settings-error.js';
import {
  REGISTRY_KEYS,
  SWITCH_NAME,
  shownValue,
  switchOf,
  type FoundSwitch,
  type RegistryQuery,
  type RegistryValue,
} from './tenth-column-value.js';

/** The switch in the live registry of this machine; undefined without a way to ask, or when it is not there. */
export async function liveRegistrySwitch(query: RegistryQuery | undefined): Promise<FoundSwitch | undefined> {
  if (query === undefined) return undefined;
  for (const key of REGISTRY_KEYS) {
    const origin: Origin = { kind: 'environment', name: `registry ${key}` };
    const value = await ask(query, key, origin);
    if (value !== undefined) return switchOf(dwordOf(value, origin), origin, `registry ${key}`);
  }
  return undefined;
}

async function ask(query: RegistryQuery, key: string, origin: Origin): Promise<RegistryValue | undefined> {
  try {
    return await query(key, SWITCH_NAME);
  } catch (cause) {
    const reason = cause instanceof Error ? printable(cause.message, 160) : 'no reason given';
    const text = `the registry cannot be asked (${reason}); set clientLog.tenthColumn, then it is not needed`;
    throw settingsError(origin, text, cause);
  }
}

function dwordOf(value: RegistryValue, origin: Origin): number {
  if (value.type === 'REG_DWORD' && /^0x[0-9a-f]{1,8}$/i.test(value.data)) return Number(value.data);
  throw settingsError(origin, `${SWITCH_NAME} must be a DWORD, not ${value.type} ${shownValue(value.data)}`);
}
