import { didYouMean } from '../../core/did-you-mean.js';
import { RECORD_DATA_KEYS } from '../../log-tools/record-data.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall } from '../command-call.js';
import type { FieldName } from './find-writer.js';

/** The names behind `--fields`, in their order; undefined where the flag was not given. */
export function fieldNames(given: CommandCall['flags'][string]): readonly FieldName[] | undefined {
  if (given === undefined) return undefined;
  const words = (Array.isArray(given) ? given : [given]).flatMap((each) => String(each).split(','));
  return words
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => {
      const found = RECORD_DATA_KEYS.find((key) => key.toLowerCase() === word.toLowerCase());
      if (found !== undefined) return found;
      throw settingsError(
        { kind: 'flag', name: '--fields' },
        `must be among ${RECORD_DATA_KEYS.join(', ')}; found "${word}"${didYouMean(word, RECORD_DATA_KEYS)}`,
      );
    });
}
