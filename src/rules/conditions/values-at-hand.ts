import { DateTime } from 'luxon';
import { variableNames } from '../variables/check-text.js';
import { variableFacts } from '../variables/variable-catalogue.js';
import type { VariableScope } from '../variables/variable-scope.js';

export interface NamedValue {
  readonly name: string;
  readonly value: string | undefined;
}

const FILE_NAMES = {
  NAME: ['ROW.NAME', 'FS.FILE_NAME'],
  PATH: ['ROW.PATH', 'FS.PATH'],
  SIZE: ['ROW.SIZE', 'FS.FILE_SIZE'],
  MODIFIED: ['ROW.MODIFIED', 'FS.FILE_MODIFIED'],
} as const;

/** Within a loop the file at hand is the row, else the event's. */
export function fileAtHand(scope: VariableScope, what: keyof typeof FILE_NAMES): NamedValue {
  const [ofRow, ofEvent] = FILE_NAMES[what];
  const name = scope.valueOf('ROW.NAME') === undefined ? ofEvent : ofRow;
  const value = scope.valueOf(name);
  return { name, value: value === '' ? undefined : value };
}

/** When the file at hand was last changed; undefined where nobody says. */
export function modifiedMsAtHand(scope: VariableScope): number | undefined {
  const { value } = fileAtHand(scope, 'MODIFIED');
  const moment = DateTime.fromISO(value ?? '');
  return moment.isValid ? moment.toMillis() : undefined;
}

/**
 * The scope in which a variable of ours without a value is empty: who compares may ask whether there is one. Names that
 * do not exist stay an error.
 */
export function scopeToCompare(scope: VariableScope, texts: readonly string[]): VariableScope {
  const missing = texts
    .flatMap((text) => variableNames(text))
    .filter((name) => variableFacts(name) !== undefined && scope.valueOf(name) === undefined);
  return missing.length === 0 ? scope : scope.with(Object.fromEntries(missing.map((name) => [name, ''])));
}
