import type { ReadRecord } from '../../client-log/reading/log-line.js';
import { inferredResult } from '../../client-log/reading/compose-record.js';
import { UNDEFINED_FAILURE } from '../../client-log/record.js';
import type { NoteKind } from './convert-notes.js';

export type ColumnCount = 9 | 10;

/** EFT's own "success", over every protocol. */
const SUCCESS = 0;

export interface ColumnChange {
  /** The very same where it has so many columns. */
  readonly record: ReadRecord;
  /** What must be told. */
  readonly note: NoteKind | undefined;
}

/** The record with so many columns; as many as it has when undefined. */
export function withColumns(record: ReadRecord, columns: ColumnCount | undefined): ColumnChange {
  const isThere = columns === 10 ? !record.isInferred : columns === undefined || record.columns === columns;
  if (isThere) return { record, note: undefined };
  if (columns === 10) return { record: { ...record, columns, isInferred: false }, note: 'verdict-inferred' };
  const code = honestCode(record);
  return {
    record: { ...record, columns: 9, isInferred: true, code },
    note: code === record.code ? undefined : 'code-replaced',
  };
}

/** Nine columns have nothing but the code to say what became of the file, so it must not say the opposite. */
function honestCode({ protocol, code, result }: ReadRecord): number {
  if (inferredResult(protocol, code) === result) return code;
  return result === 'failed' ? UNDEFINED_FAILURE : SUCCESS;
}
