import type { ErrorCode } from '../../core/error-codes.js';
import { printable } from '../../core/printable.js';
import { TransferError, type Phase } from '../../core/transfer-error.js';

/** SSH_FX_* statuses: draft-ietf-secsh-filexfer-02 section 7; from 9 on later drafts, which some servers of version 3 send. */
export const SFTP_STATUS = {
  ok: 0,
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  noConnection: 6,
  connectionLost: 7,
  unsupported: 8,
} as const;

interface StatusMeaning {
  readonly code: ErrorCode;
  readonly words: string;
}

const MEANINGS: Readonly<Record<number, StatusMeaning>> = {
  1: { code: 'REFUSED', words: 'end of file' },
  2: { code: 'NOT_FOUND', words: 'no such file or folder' },
  3: { code: 'PERMISSION_DENIED', words: 'permission denied' },
  4: { code: 'REFUSED', words: 'failure, no closer reason given' },
  5: {
    code: 'REFUSED',
    words: 'bad message, which is also said of a name that is too long or not allowed there',
  },
  6: { code: 'CONNECTION_LOST', words: 'the server says it has no connection' },
  7: { code: 'CONNECTION_LOST', words: 'the server says its connection was lost' },
  8: { code: 'UNSUPPORTED', words: 'operation not supported' },
  9: { code: 'REFUSED', words: 'invalid handle' },
  10: { code: 'NOT_FOUND', words: 'no such path' },
  11: { code: 'ALREADY_EXISTS', words: 'the file exists already' },
  12: { code: 'PERMISSION_DENIED', words: 'write protected' },
  13: { code: 'REFUSED', words: 'no medium in the drive' },
  14: { code: 'NO_SPACE', words: 'no space on the file system' },
  15: { code: 'NO_SPACE', words: 'quota exceeded' },
  16: { code: 'REFUSED', words: 'unknown principal' },
  17: { code: 'REFUSED', words: 'locked by another program' },
  18: { code: 'FOLDER_NOT_EMPTY', words: 'the folder is not empty' },
  19: { code: 'NOT_A_FOLDER', words: 'not a folder' },
  20: { code: 'REFUSED', words: 'invalid file name' },
  21: { code: 'REFUSED', words: 'too many links' },
  22: { code: 'PERMISSION_DENIED', words: 'cannot be deleted' },
  23: { code: 'REFUSED', words: 'invalid parameter' },
  24: { code: 'IS_A_FOLDER', words: 'the path is a folder' },
  25: { code: 'REFUSED', words: 'a byte range is locked' },
  26: { code: 'REFUSED', words: 'a byte range lock was refused' },
};

const LAST_STATUS_OF_TABLE_C = 7;

/** How ssh2 reports a status: an error whose `code` is the number. */
export interface StatusError extends Error {
  readonly code?: number | string;
}

/** The SFTP status of what ssh2 reported, or undefined when it was no status. */
export function statusOf(thrown: unknown): number | undefined {
  const code = (thrown as StatusError | undefined)?.code;
  return typeof code === 'number' && Number.isInteger(code) && code >= 0 ? code : undefined;
}

/**
 * The number for the client log: the status as table C of client-log.md knows it. Unsupported operations (8)
 * and the statuses of later drafts are "failed for another reason" there.
 */
export function loggedStatus(status: number): number {
  return status <= LAST_STATUS_OF_TABLE_C ? status : SFTP_STATUS.failure;
}

export interface StatusContext {
  /** `host:port`. */
  readonly place: string;
  readonly phase: Phase;
  /** For example `open /in/a.xml`; printable. */
  readonly what: string;
}

/** A status that refused an operation, as a TransferError. */
export function statusError(status: number, thrown: Error, context: StatusContext): TransferError {
  const meaning = MEANINGS[status] ?? { code: 'REFUSED', words: 'refused' };
  return new TransferError({
    code: meaning.code,
    lastCode: loggedStatus(status),
    phase: context.phase,
    message: `${context.place}: ${context.what}: ${meaning.words} (SFTP status ${status})`,
    reply: printable(thrown.message),
    cause: thrown,
  });
}

/** An answer that the protocol does not allow at this place. */
export class OddAnswer extends Error {
  override readonly name = 'OddAnswer';
}
