import { GROUP_NAMES, type GroupName } from '../../log-tools/stats/groupings.js';
import { didYouMean } from '../../core/did-you-mean.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall } from '../command-call.js';

/** The names behind `--by`, in their order; undefined where the flag was not given. */
export function groupNames(given: CommandCall['flags'][string]): readonly GroupName[] | undefined {
  if (given === undefined) return undefined;
  const words = (Array.isArray(given) ? given : [given]).flatMap((each) => String(each).split(','));
  return words
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map(groupName);
}

function groupName(word: string): GroupName {
  const found = GROUP_NAMES.find((name) => name === word.toLowerCase());
  if (found !== undefined) return found;
  throw settingsError(
    { kind: 'flag', name: '--by' },
    `must be among ${GROUP_NAMES.join(', ')}; found "${word}"${didYouMean(word, GROUP_NAMES)}`,
  );
}
