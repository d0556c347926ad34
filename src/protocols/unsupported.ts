import { TransferError, type Phase } from '../core/transfer-error.js';

/** The error of a verb that the protocol or the server does not have. */
export function unsupportedError(place: string, doing: string, phase: Phase): TransferError {
  return new TransferError({ code: 'UNSUPPORTED', lastCode: -1, phase, message: `${place} ${doing}` });
}
