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
    ...(row.sizeBytes === undefined ? {} : { 'ROW.SIZE': String(row.sizeBytes) }),
    ...(row.modifiedMs === undefined ? {} : { 'ROW.MODIFIED': isoText(row.modifiedMs) }),
    'ROW.NUMBER': String(rowNumber),
  };
}

/** What a failure sets for the steps of its `ifFailed`. */
export function failureValues(error: TransferError): Readonly<Record<string, string>> {
  return {
    'LAST.TEXT': error.message,
    'LAST.CODE': error.code,
    'LAST.NUMBER': String(error.lastCode),
    'EVENT.REASON': error.message,
  };
}
