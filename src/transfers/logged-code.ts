import type { TransferError } from '../core/transfer-error.js';

/** A failing end and its counterpart. */
export interface Ends {
  readonly isLocal: boolean;
  readonly otherIsLocal: boolean;
}

const WIN32_GEN_FAILURE = 31;

/**
 * The error with the code that the log shows: beside a remote end, a failure of our own disk is -1, since its
 * number would be read as the protocol's (client-log.md, section 4).
 */
export function asLogged(error: TransferError, ends: Ends): TransferError {
  const isOursBesideRemote = ends.isLocal && !ends.otherIsLocal;
  return isOursBesideRemote && error.lastCode !== -1 ? error.with({ lastCode: -1 }) : error;
}

/** The code of a failure that no server spoke of: -1, or Win32's "general failure" where both ends are local. */
export function ownFailureCode(ends: Ends): number {
  return ends.isLocal && ends.otherIsLocal ? WIN32_GEN_FAILURE : -1;
}
