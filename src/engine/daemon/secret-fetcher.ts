import type { Secret } from '../../core/secret.js';
import type { SecretReference } from '../../rules/triggers/trigger.js';
import { settingsPath } from '../../settings/local-path.js';
import { fetchSecret } from '../../settings/secret-sources.js';
import type { SettingsInForce } from '../surroundings.js';

/** Fetches secrets that rules refer to, anew each time: a rotated one holds at once. */
export function secretFetcher(
  inForce: () => SettingsInForce,
): (reference: SecretReference) => Promise<Secret> {
  return (reference) => {
    const { places, loaded } = inForce();
    const absolute = (path: string) => settingsPath(path, loaded.folder, places.homeFolder);
    return fetchSecret(reference, { kind: 'default' }, places.secrets, absolute);
  };
}
