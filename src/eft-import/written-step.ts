import { stringify } from 'yaml';
import { printable } from '../core/printable.js';
import { withoutPasswords } from './eft-texts.js';

/** A step, a trigger or a rule as it stands in the settings. */
export type Written = Readonly<Record<string, unknown>>;

/** A step that ends the run and says why; a percent sign in it begins no variable. */
export function failStep(problem: string): Written {
  return { fail: `not imported: ${printable(problem, 300)}`.replaceAll('%', '%%') };
}

/** What could not be carried as it would have been written, for a person to mend. */
export function writtenAsComment(written: unknown): string {
  const lines = stringify(written, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd().split('\n');
  return ['It would have been:', ...lines.map((line) => printable(withoutPasswords(line), 2000))]
    .map((line) => ` ${line}`)
    .join('\n');
}
