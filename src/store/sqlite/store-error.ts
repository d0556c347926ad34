import type { ErrorCode } from '../../core/error-codes.js';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';

/** Result codes of SQLite by their first words, in the order in which they are looked at. */
const MEANINGS: readonly (readonly [string, ErrorCode, string])[] = [
  ['SQLITE_CORRUPT', 'STORE_DAMAGED', 'the file is damaged'],
  ['SQLITE_NOTADB', 'STORE_DAMAGED', 'the file is no store'],
  ['SQLITE_FORMAT', 'STORE_DAMAGED', 'the file is no store'],
  ['SQLITE_FULL', 'STORE_FAILED', 'the disk is full'],
  ['SQLITE_READONLY', 'STORE_FAILED', 'the file or its folder may not be written'],
  ['SQLITE_PERM', 'STORE_FAILED', 'the file may not be opened'],
  ['SQLITE_CANTOPEN', 'STORE_FAILED', 'the file cannot be opened'],
  ['SQLITE_BUSY', 'STORE_FAILED', 'another process kept it locked'],
  ['SQLITE_LOCKED', 'STORE_FAILED', 'another process kept it locked'],
  ['SQLITE_IOERR', 'STORE_FAILED', 'the disk failed'],
];

/** A failure of SQLite as a TransferError that names the store; a TransferError passes through. */
export function storeError(thrown: unknown, file: string): TransferError {
  if (thrown instanceof TransferError) return thrown;
  const code = (thrown as { readonly code?: unknown } | undefined)?.code;
  const text = typeof code === 'string' ? code : '';
  const [, ours, words] = MEANINGS.find(([start]) => text.startsWith(start)) ?? [];
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  return storeFailure(file, {
    code: ours ?? 'STORE_FAILED',
    problem: `${words ?? 'it does not do what it was asked'} (${printable(text === '' ? said : text)})`,
    cause: thrown,
  });
}

/** A failure of the store that is ours to tell; `problem` without a final full stop. */
export function storeFailure(
  file: string,
  facts: {
    readonly code: ErrorCode;
    readonly problem: string;
    readonly advice?: string;
    readonly cause?: unknown;
  },
): TransferError {
  const { code, problem, advice, cause } = facts;
  return new TransferError({
    code,
    lastCode: -1,
    phase: 'store',
    message: `store ${printable(file)}: ${problem}`,
    advice,
    cause,
  });
}
