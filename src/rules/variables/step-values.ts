import type { TransferError } from '../../core/transfer-error.js';
import { isoText } from './make-scope.js';

/** What a loop's row sets for its steps: `scope.with(rowValues(row, 1))`. */
export function rowValues(
  row: {
    readonly name: string;
    readonly path: string;
    readonly sizeBytes: number | undefined;
    readonly modifiedMs: number | undefined;
  },
  /** From 1. */
  rowNumber: number,
): Readonly<Record<string, string>> {
  return {
    'ROW.NAME': row.name,
    'ROW.PATH': row.path,
    // Empty and not left out: within another loop its value must not show.
    'ROW.SIZE': row.sizeBytes === undefined ? '' : String(row.sizeBytes),
    'ROW.MODIFIED': row.modifiedMs === undefined ? '' : isoText(row.modifiedMs),
    'ROW.NUMBER': String(rowNumber),
  };
}

/** What a failure sets for the steps of its `ifFailed`. */
export function failureValues(
  error: Pick<TransferError, 'message' | 'code' | 'lastCode'>,
): Readonly<Record<string, string>> {
  return {
    'LAST.TEXT': error.message,
    'LAST.CODE': String(error.lastCode),
    'LAST.ERROR': error.code,
    'EVENT.REASON': error.message,
  };
}
