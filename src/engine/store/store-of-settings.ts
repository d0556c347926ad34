import { readHouse } from '../../rules/read-house.js';
import { stateFolder } from '../../settings/client-log-settings.js';
import { SettingsError, type SettingsProblem } from '../../settings/settings-error.js';
import type { Retention } from '../../store/store-upkeep.js';
import type { SettingsInForce, Surroundings } from '../surroundings.js';

/** Where the store is, and how long it keeps what. */
export interface StoreOfSettings {
  /** Absolute path. */
  readonly file: string;
  readonly retention: Retention;
}

/** Without a look at the rules: their mistakes are no reason not to check or back up. Throws SETTINGS_INVALID. */
export function storeOfSettings(inForce: SettingsInForce, surroundings: Surroundings): StoreOfSettings {
  const problems: SettingsProblem[] = [];
  const { folder, documents } = inForce.loaded;
  const { platform, homeFolder } = surroundings;
  const { os, timeZone } = platform.host;
  const { store } = readHouse(documents[0], problems, { folder, homeFolder, os, timeZone });
  if (problems.length > 0) throw new SettingsError(problems);
  return { file: store.file ?? `${stateFolder(inForce.places).value}/store.sqlite`, retention: store };
}
