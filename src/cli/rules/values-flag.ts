import { printable } from '../../core/printable.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall } from '../command-call.js';

/** `--value NAME=VALUE`, given any number of times. Throws SETTINGS_INVALID. */
export function valuesFlag(given: CommandCall['flags'][string]): Readonly<Record<string, string>> {
  const pairs = (Array.isArray(given) ? given : []).map((pair: string): [string, string] => {
    const [, name, value] = /^%?([^=%]+)%?=(.*)$/s.exec(pair) ?? [];
    if (name !== undefined && value !== undefined) return [name, value];
    throw settingsError(
      { kind: 'flag', name: '--value' },
      `must be NAME=VALUE, not "${printable(pair, 100)}"`,
    );
  });
  return Object.fromEntries(pairs);
}
