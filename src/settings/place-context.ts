import type { Platform } from '../core/platform.js';
import type { GivenSettings } from './given-settings.js';
import type { SecretSources } from './secret-sources.js';
import type { LoadedSettings } from './settings-file.js';

/** Everything that turns what a user wrote into places that can be reached. */
export interface PlaceContext {
  readonly platform: Pick<Platform, 'files' | 'host'>;
  readonly loaded: LoadedSettings;
  readonly given: GivenSettings;
  readonly secrets: SecretSources;
  readonly workFolder: string;
  readonly homeFolder: string;
}
