import { didYouMean } from '../../core/did-you-mean.js';
import { contradiction, parsePathMapping, type PathMapping } from '../../log-tools/retry/path-map.js';
import type { CandidateContext } from '../../log-tools/retry/retry-candidate.js';
import { parseConnectionChoice, type ConnectionChoice } from '../../log-tools/retry/retry-partner.js';
import { transferPath } from '../../settings/local-path.js';
import { settingsError } from '../../settings/settings-error.js';
import type { SettingsInForce } from '../surroundings.js';
import { retryPartners } from './retry-partners.js';

/** The flags that say how lines of a log are to be understood. */
export interface RetryFlags {
  /** `--map FROM=TO` */
  readonly maps: readonly string[];
  /** `--connection HOST[:PORT]=NAME` */
  readonly connections: readonly string[];
}

/** What lines of a log are understood by. Throws SETTINGS_INVALID for a flag that cannot be. */
export function retryContext({ maps, connections }: RetryFlags, inForce: SettingsInForce): CandidateContext {
  const partners = retryPartners(inForce);
  const names = partners.map(({ name }) => name);
  return {
    partners,
    mappings: readMappings(maps, inForce),
    choices: connections.map((text) => readChoice(text, names)),
    isWindows: inForce.places.platform.host.os === 'win32',
  };
}

function readMappings(texts: readonly string[], { places }: SettingsInForce): readonly PathMapping[] {
  const origin = { kind: 'flag', name: '--map' } as const;
  const mappings = texts.map((text): PathMapping => {
    const mapping = parsePathMapping(text);
    if (typeof mapping === 'string') throw settingsError(origin, mapping);
    return { ...mapping, to: transferPath(mapping.to, places.workFolder, places.platform.host.os) };
  });
  const [one, other] = contradiction(mappings) ?? [];
  if (one === undefined || other === undefined) return mappings;
  throw settingsError(origin, `sends ${one.from} to ${one.to} and to ${other.to}; give one of them`);
}

function readChoice(text: string, names: readonly string[]): ConnectionChoice {
  const origin = { kind: 'flag', name: '--connection' } as const;
  const choice = parseConnectionChoice(text);
  if (typeof choice === 'string') throw settingsError(origin, choice);
  if (names.includes(choice.name)) return choice;
  const known = names.length === 0 ? 'none' : names.slice(0, 20).join(', ');
  throw settingsError(
    origin,
    `there is no connection "${choice.name}"${didYouMean(choice.name, names)}; the settings have ${known}`,
  );
}
