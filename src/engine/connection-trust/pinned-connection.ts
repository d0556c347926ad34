import { parseLocation } from '../../core/location.js';
import { remotePath } from '../../core/remote-path.js';
import { partnerOfConnection } from '../../settings/partner.js';
import { settingsError } from '../../settings/settings-error.js';
import { connectionText } from '../connection-text.js';
import type { SettingsInForce } from '../surroundings.js';

/** Where a connection keeps what it trusts. Rejects what is no connection, and one without SSH or TLS. */
export function pinKeyOf(name: string, { places }: Pick<SettingsInForce, 'places'>): 'hostKeys' | 'pins' {
  const origin = { kind: 'location', text: name } as const;
  if (parseLocation(connectionText(name)).kind !== 'connection') {
    throw settingsError(origin, 'is no connection of the settings, so there is no place to pin a key');
  }
  const location = { kind: 'connection', connection: name, path: remotePath('') } as const;
  const { scheme, security } = partnerOfConnection(location, places);
  if (scheme === 'sftp') return 'hostKeys';
  if (security !== 'none') return 'pins';
  throw settingsError(origin, 'is not secured by SSH or TLS, so there is no key to pin');
}

/** What the connection itself pins, whatever flags say. */
export function writtenPins(
  name: string,
  key: 'hostKeys' | 'pins',
  { loaded }: Pick<SettingsInForce, 'loaded'>,
): readonly string[] {
  return loaded.settings.connections?.[name]?.[key] ?? [];
}
