import type { GivenSettings } from './given-settings.js';
import { givenTexts, type FlagValue } from './given-texts.js';

/**
 * As `readGivenSettings`. The schema library takes as long to load as Node itself, so it is loaded only where there
 * is something to check.
 */
export async function loadGivenSettings(
  flags: Readonly<Record<string, FlagValue | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<GivenSettings> {
  const { texts, originOf } = givenTexts(flags, environment);
  if (Object.keys(texts).length === 0) return { values: {}, originOf };
  const { readGivenSettings } = await import('./given-settings.js');
  return readGivenSettings(flags, environment);
}
