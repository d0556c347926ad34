import { basename, dirname, join } from 'node:path';
import type { FileFacts, Files, OpenFile } from '../../core/files.js';
import { printable } from '../../core/printable.js';
import type { Random } from '../../core/random.js';
import { asTransferError, type TransferError } from '../../core/transfer-error.js';
import { localError, namingMissingFolder } from '../../protocols/local/local-errors.js';
import { SettingsError, settingsError } from '../../settings/settings-error.js';
import type { ByteSink } from './byte-sink.js';

export interface OutputFileRequest {
  readonly path: string;
  /** Files that are being read: they must not be replaced by what is made of them. */
  readonly inputs: readonly string[];
  readonly files: Files;
  readonly random: Random;
}

const TOKEN_LENGTH = 8;

/**
 * A result under its final name only when it is whole: it grows beside it, under a temporary name. A device or pipe is
 * written to as it stands. Rejections are TransferErrors.
 */
export class OutputFile implements ByteSink {
  readonly isClosed = false;
  readonly #files: Files;
  readonly #file: OpenFile;
  readonly #path: string;
  /** Undefined where the target itself is written to, and once the result has its final name. */
  #temporaryPath: string | undefined;
  #sizeBytes = 0;

  private constructor(
    files: Files,
    file: OpenFile,
    paths: { readonly path: string; readonly temporaryPath: string | undefined },
  ) {
    this.#files = files;
    this.#file = file;
    this.#path = paths.path;
    this.#temporaryPath = paths.temporaryPath;
  }

  /** Rejects with SETTINGS_INVALID (`-o`) for an input or a folder. */
  static async open({ path, inputs, files, random }: OutputFileRequest): Promise<OutputFile> {
    return translated(files, path, async () => {
      const target = await factsOf(files, path);
      if (target?.kind === 'folder') throw outputError('is a folder; name a file in it');
      await assertNoInput(files, target, inputs);
      if (target?.kind === 'other') {
        return new OutputFile(files, await files.open(path, 'append'), { path, temporaryPath: undefined });
      }
      const realPath = target === undefined ? path : await files.realPath(path);
      const name = `.${basename(realPath)}.${random.token(TOKEN_LENGTH)}.tally`;
      const temporaryPath = join(dirname(realPath), name);
      return new OutputFile(files, await files.open(temporaryPath, 'create'), {
        path: realPath,
        temporaryPath,
      });
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    await translated(this.#files, this.#path, () => this.#file.write([bytes], this.#sizeBytes));
    this.#sizeBytes += bytes.length;
  }

  /** The result is whole: it gets its final name, in place of what stood there. */
  async finish(): Promise<void> {
    await translated(this.#files, this.#path, async () => {
      const temporaryPath = this.#temporaryPath;
      if (temporaryPath === undefined) return this.#file.close();
      await this.#file.sync();
      await this.#file.close();
      await this.#files.rename(temporaryPath, this.#path);
      this.#temporaryPath = undefined;
      await this.#files.syncFolder(dirname(this.#path));
    });
  }

  /** Removes what has been written; what stood under the final name stays. Gives the error, with what is left behind. */
  async giveUp(error: unknown): Promise<TransferError> {
    const failure = asTransferError(error, 'write');
    try {
      await this.#file.close();
    } catch {
      // The failure that led here is the one to tell; an unfinished file may be closed with any result.
    }
    if (this.#temporaryPath === undefined) return failure;
    try {
      await this.#files.remove(this.#temporaryPath);
      return failure;
    } catch {
      const left = printable(this.#temporaryPath);
      return failure.with({ message: `${failure.message}; ${left} is left behind and may be removed` });
    }
  }
}

async function assertNoInput(
  files: Files,
  target: FileFacts | undefined,
  inputs: readonly string[],
): Promise<void> {
  if (target === undefined) return;
  for (const input of inputs) {
    const facts = await factsOfInput(files, input);
    if (facts?.identity === target.identity) {
      throw outputError('is one of the files that are read; choose another name');
    }
  }
}

/** A log in an archive is called `ARCHIVE/LOG`: then the archive is what is read. */
async function factsOfInput(files: Files, input: string): Promise<FileFacts | undefined> {
  const facts = await factsOf(files, input);
  const folder = dirname(input);
  return facts ?? (folder === input ? undefined : factsOfInput(files, folder));
}

/** Undefined where there is nothing of that name. */
async function factsOf(files: Files, path: string): Promise<FileFacts | undefined> {
  try {
    return await files.stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function outputError(text: string): Error {
  return settingsError({ kind: 'flag', name: '--output' }, text);
}

/** No attempt at a transfer failed, so there is no number for a client log. */
const NO_CODE = -1;

async function translated<Value>(files: Files, path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    const named = await namingMissingFolder(files, localError(error, 'write', path), path);
    throw named instanceof SettingsError ? named : named.with({ lastCode: NO_CODE });
  }
}
