import { settingsError } from '../settings/settings-error.js';
import type { CommandCall } from './command-call.js';
import type { CommandSession } from './command-session.js';
import type { ResultForm } from './tabular.js';

/** How a list is written, by the flags; `facts` stand before the list in a JSON document. */
export function resultForm(
  { flags }: CommandCall,
  { format }: Pick<CommandSession, 'format'>,
  name: string,
  facts: Readonly<Record<string, unknown>> = {},
): ResultForm {
  const isCsv = flags['csv'] === true;
  if (isCsv && format !== 'words') {
    throw settingsError({ kind: 'flag', name: '--csv' }, `and --${format} exclude each other`);
  }
  return { format: isCsv ? 'csv' : format, noHeader: flags['noHeader'] === true, name, facts };
}
