import { posix } from 'node:path';
import type { ErrorCode } from '../../core/error-codes.js';
import type { Files } from '../../core/files.js';
import { printable } from '../../core/printable.js';
import { TransferError, type Phase } from '../../core/transfer-error.js';

interface LocalFailure {
  readonly code: ErrorCode;
  /** Win32 system error number: client-log.md, section 4, "local to local". */
  readonly win32: number;
}

const FAILURES: Readonly<Record<string, LocalFailure>> = {
  ENOENT: { code: 'NOT_FOUND', win32: 2 },
  ENOTDIR: { code: 'NOT_A_FOLDER', win32: 3 },
  EACCES: { code: 'PERMISSION_DENIED', win32: 5 },
  EPERM: { code: 'PERMISSION_DENIED', win32: 5 },
  EROFS: { code: 'PERMISSION_DENIED', win32: 5 },
  EISDIR: { code: 'IS_A_FOLDER', win32: 5 },
  EBUSY: { code: 'SERVER_BUSY', win32: 32 },
  ETXTBSY: { code: 'SERVER_BUSY', win32: 32 },
  EEXIST: { code: 'ALREADY_EXISTS', win32: 80 },
  ENOSPC: { code: 'NO_SPACE', win32: 112 },
  EDQUOT: { code: 'NO_SPACE', win32: 39 },
  EFBIG: { code: 'NO_SPACE', win32: 39 },
  EINVAL: { code: 'NAME_REFUSED', win32: 123 },
  ELOOP: { code: 'NAME_REFUSED', win32: 123 },
  ENOTEMPTY: { code: 'FOLDER_NOT_EMPTY', win32: 145 },
  ENAMETOOLONG: { code: 'NAME_REFUSED', win32: 206 },
};

const OTHER_FAILURE: LocalFailure = { code: 'LOCAL_DISK_FAILED', win32: 31 };

/** A failure of the file system as a TransferError; a TransferError passes through. */
export function localError(thrown: unknown, phase: Phase, path: string): TransferError {
  if (thrown instanceof TransferError) return thrown;
  const errno = (thrown as NodeJS.ErrnoException | undefined)?.code;
  const failure = (errno === undefined ? undefined : FAILURES[errno]) ?? OTHER_FAILURE;
  const reason = errno ?? (thrown instanceof Error ? thrown.message : String(thrown));
  return new TransferError({
    code: failure.code,
    lastCode: failure.win32,
    phase,
    message: `local ${printable(path)}: ${printable(reason)}`,
    side: 'us',
    cause: thrown,
  });
}

const WIN32_PATH_NOT_FOUND = 3;

/** Of a NOT_FOUND: 2 names the file, 3 the folder above it; the user must know which one is missing. */
export async function namingMissingFolder(
  files: Files,
  error: TransferError,
  path: string,
): Promise<TransferError> {
  const folder = posix.dirname(path);
  if (error.code !== 'NOT_FOUND' || folder === path || (await exists(files, folder))) return error;
  return error.with({
    lastCode: WIN32_PATH_NOT_FOUND,
    message: `local ${printable(path)}: the folder ${printable(folder)} does not exist`,
    advice: 'Make the folder first, or check its spelling.',
  });
}

async function exists(files: Files, path: string): Promise<boolean> {
  try {
    await files.lstat(path);
    return true;
  } catch {
    return false;
  }
}
