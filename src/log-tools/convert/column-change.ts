import type { LogLine, ReadRecord } from '../../client-log/reading/log-line.js';
import { inferredResult } from '../../client-log/reading/compose-record.js';
import { UNDEFINED_FAILURE } from '../../client-log/record.js';
import type { ConvertNotes } from './convert-notes.js';

export type ColumnCount = 9 | 10;

/** EFT's own "success", over every protocol. */
const SUCCESS = 0;

/** The record with so many columns; the very same where it has them. */
export function withColumns(
  record: ReadRecord,
  columns: ColumnCount | undefined,
  notes: ConvertNotes,
  line: LogLine,
): ReadRecord {
  if (columns === undefined) return record;
  if (columns === 10) {
    if (!record.isInferred) return record;
    notes.add('verdict-inferred', line);
    return { ...record, columns, isInferred: false };
  }
  if (record.columns === 9) return record;
  const code = honestCode(record);
  if (code !== record.code) notes.add('code-replaced', line);
  return { ...record, columns, isInferred: true, code };
}

/** Nine columns have nothing but the code to say what became of the file, so it must not say the opposite. */
function honestCode({ protocol, code, result }: ReadRecord): number {
  if (inferredResult(protocol, code) === result) return code;
  return result === 'failed' ? UNDEFINED_FAILURE : SUCCESS;
}
