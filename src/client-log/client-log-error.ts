import { printable } from '../core/printable.js';
import { TransferError } from '../core/transfer-error.js';

const WORDS_BY_ERRNO: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EEXIST: 'a file stands where the folder should be',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file may not grow any further',
  EIO: 'the disk failed',
  EISDIR: 'a folder stands where the file should be',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this machine',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a file stands where the folder should be',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
};

/** CLIENT_LOG_FAILED, naming the file or folder and the system's reason. A TransferError passes through. */
export function clientLogError(path: string, cause: unknown): TransferError {
  if (cause instanceof TransferError) return cause;
  return new TransferError({
    code: 'CLIENT_LOG_FAILED',
    lastCode: -1,
    phase: 'log',
    message: `cannot write the client log ${printable(path)}: ${reasonOf(cause)}`,
    cause,
  });
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return printable(String(cause));
  const errno = (cause as NodeJS.ErrnoException).code;
  const words = errno === undefined ? undefined : WORDS_BY_ERRNO[errno];
  return words === undefined ? printable(cause.message) : `${words} (${errno})`;
}

/** Whether the system says that there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT';
}
