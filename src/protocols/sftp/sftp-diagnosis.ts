import { remoteParent, type RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ErrorCode } from '../../core/error-codes.js';
import type { CallFacts } from './session-life.js';
import { entryKind, type EntryKind } from './sftp-entries.js';
import { SFTP_STATUS, statusOf } from './sftp-errors.js';
import type { SftpSession } from './sftp-session.js';

/**
 * Version 3 of SFTP has one status, 4, for nearly everything. When it comes, a few cheap questions to the same
 * session find the likely cause. The number for the log stays the server's; only our code and words change.
 */
export class SftpDiagnosis {
  readonly #session: SftpSession;
  readonly #call: CallFacts;

  constructor(session: SftpSession, call: CallFacts) {
    this.#session = session;
    this.#call = call;
  }

  /** A file could not be opened, read or removed. */
  async fileRefused(thrown: unknown, path: RemotePath): Promise<unknown> {
    if (!isVague(thrown) && !isForbidden(thrown)) return thrown;
    if ((await this.kindOf(path)) === 'folder') return reword(thrown, 'IS_A_FOLDER', 'it is a folder');
    return thrown;
  }

  /** Nobody says what is there: below a file there is nothing. */
  async statRefused(thrown: unknown, path: RemotePath): Promise<unknown> {
    if (!isVague(thrown)) return thrown;
    if ((await this.kindOf(remoteParent(path))) === 'file')
      return reword(thrown, 'NOT_A_FOLDER', 'what should be its folder is a file');
    return thrown;
  }

  /** A file could not be written. */
  async writeRefused(thrown: unknown, path: RemotePath): Promise<unknown> {
    if (!isVague(thrown) && !isForbidden(thrown)) return thrown;
    if ((await this.kindOf(path)) === 'folder') return reword(thrown, 'IS_A_FOLDER', 'it is a folder');
    if (isForbidden(thrown)) return thrown;
    const folder = remoteParent(path);
    if (await this.#isMissing(folder)) return reword(thrown, 'NOT_FOUND', 'its folder does not exist');
    if (await this.#isFull(folder)) return reword(thrown, 'NO_SPACE', 'the file system there is full');
    return thrown;
  }

  /** A folder could not be listed. */
  async listRefused(thrown: unknown, path: RemotePath): Promise<unknown> {
    if (!isVague(thrown) && !isMissing(thrown)) return thrown;
    const kind = await this.kindOf(path);
    if (kind === 'file') return reword(thrown, 'NOT_A_FOLDER', 'it is a file');
    if (kind === undefined && (await this.#isMissing(path)))
      return reword(thrown, 'NOT_FOUND', 'it does not exist');
    return thrown;
  }

  /** A folder could not be made, and none is there. */
  async makeFolderRefused(thrown: unknown, path: RemotePath): Promise<unknown> {
    if (!isVague(thrown)) return thrown;
    const folder = remoteParent(path);
    if (await this.#isMissing(folder)) return reword(thrown, 'NOT_FOUND', 'the folder above does not exist');
    if (await this.#isFull(folder)) return reword(thrown, 'NO_SPACE', 'the file system there is full');
    return thrown;
  }

  /** A folder could not be removed. */
  async removeFolderRefused(thrown: unknown, path: RemotePath): Promise<unknown> {
    if (!isVague(thrown) && !isMissing(thrown)) return thrown;
    const kind = await this.kindOf(path);
    if (kind === 'file') return reword(thrown, 'NOT_A_FOLDER', 'it is a file');
    if (kind === 'folder' && (await this.#holdsSomething(path))) {
      return reword(thrown, 'FOLDER_NOT_EMPTY', 'the folder is not empty');
    }
    return thrown;
  }

  /** A rename was refused: most servers of version 3 say 4 when the target exists. */
  async renameRefused(thrown: unknown, from: RemotePath, to: RemotePath): Promise<unknown> {
    if (isVague(thrown)) {
      if (await this.#isMissing(from)) return reword(thrown, 'NOT_FOUND', 'it does not exist');
      const kind = await this.kindOf(to);
      if (kind !== undefined)
        return reword(thrown, 'ALREADY_EXISTS', `the target exists already (a ${kind})`);
    }
    if ((isVague(thrown) || isMissing(thrown)) && (await this.#isMissing(remoteParent(to)))) {
      return reword(thrown, 'NOT_FOUND', 'the folder of the target does not exist');
    }
    return thrown;
  }

  /** What is there now, links followed; undefined when nothing is, or nobody says. */
  async kindOf(path: RemotePath): Promise<EntryKind | undefined> {
    const attributes = await this.#quietly(() => this.#session.stat(path, this.#call));
    return attributes === undefined ? undefined : entryKind(attributes);
  }

  async #isMissing(path: RemotePath): Promise<boolean> {
    try {
      await this.#session.stat(path, this.#call);
      return false;
    } catch (error) {
      return error instanceof TransferError && error.code === 'NOT_FOUND';
    }
  }

  async #isFull(folder: RemotePath): Promise<boolean> {
    if (!this.#session.offers('statvfs@openssh.com')) return false;
    return (await this.#quietly(() => this.#session.freeBytes(folder, this.#call))) === 0;
  }

  async #holdsSomething(path: RemotePath): Promise<boolean> {
    const names = await this.#quietly(async () => {
      const handle = await this.#session.openFolder(path, this.#call);
      try {
        return await this.#session.readFolder(handle, this.#call);
      } finally {
        await this.#session.close(handle, this.#call);
      }
    });
    return names !== undefined && names.length > 0;
  }

  /** A question that fails has no answer; the failure that led to it is the one to tell. */
  async #quietly<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch {
      return undefined;
    }
  }
}

function isVague(thrown: unknown): thrown is TransferError {
  return hasStatus(thrown, SFTP_STATUS.failure);
}

/** Some say so of a folder that is opened as a file (ProFTPD). */
function isForbidden(thrown: unknown): thrown is TransferError {
  return hasStatus(thrown, SFTP_STATUS.permissionDenied);
}

function isMissing(thrown: unknown): thrown is TransferError {
  return hasStatus(thrown, SFTP_STATUS.noSuchFile);
}

function hasStatus(thrown: unknown, status: number): boolean {
  return thrown instanceof TransferError && !thrown.sessionLost && statusOf(thrown.cause) === status;
}

function reword(error: TransferError, code: ErrorCode, words: string): TransferError {
  const status = statusOf(error.cause);
  const start = error.message.slice(0, error.message.lastIndexOf(': '));
  return new TransferError({
    code,
    lastCode: error.lastCode,
    phase: error.phase,
    message: `${start}: ${words} (SFTP status ${status})`,
    reply: error.reply,
    cause: error.cause,
  });
}
