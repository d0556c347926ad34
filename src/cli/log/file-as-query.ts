import { printable } from '../../core/printable.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall } from '../command-call.js';
import type { LogSession } from './session.js';

/** Rejects `tally log find cl260301.log`, where the query was left out and would find nothing in silence. */
export async function refuseFileAsQuery(
  { name, args: [queryText = '', ...names] }: CommandCall,
  { surroundings }: LogSession,
): Promise<void> {
  if (names.length > 0 || queryText === '') return;
  const isThere = await surroundings.platform.files.stat(queryText).then(
    () => true,
    () => false,
  );
  if (!isThere) return;
  const file = printable(queryText);
  throw settingsError(
    { kind: 'location', text: file },
    `is a file; say before it what to look for: tally ${name} QUERY ${file}`,
  );
}
