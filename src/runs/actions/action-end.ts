import type { ErrorCode } from '../../core/error-codes.js';
import { asTransferError } from '../../core/transfer-error.js';
import type { ActionEnd } from '../action-context.js';

/** Failures for which the file is to blame: the next try would meet the same. */
const FILES_FAULT: ReadonlySet<ErrorCode> = new Set([
  'ARCHIVE_INVALID',
  'DECRYPT_FAILED',
  'SIGNATURE_INVALID',
  'LIMIT_EXCEEDED',
  'NAME_REFUSED',
]);

/** The end of an action on files of this machine: what it gives, or its failure. */
export async function endOf(work: Promise<ActionEnd>): Promise<ActionEnd> {
  try {
    return await work;
  } catch (thrown) {
    const error = asTransferError(thrown, 'action');
    if (error.code === 'CANCELLED') return { kind: 'cancelled' };
    return { kind: 'failed', error, ...(FILES_FAULT.has(error.code) ? { isFilesFault: true } : {}) };
  }
}
