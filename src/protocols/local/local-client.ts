import { posix } from 'node:path';
import type { FileFacts } from '../../core/files.js';
import type { Receipt } from '../../core/outcome.js';
import type { Platform } from '../../core/platform.js';
import { remoteParent, type RemotePath } from '../../core/remote-path.js';
import { throwIfCancelled, TransferError, type Phase } from '../../core/transfer-error.js';
import { unsupportedError } from '../unsupported.js';
import type { Capabilities } from '../capabilities.js';
import type {
  ByteSink,
  ByteSource,
  CallOptions,
  ListOptions,
  ProtocolClient,
  ReadOptions,
  RemoteEntry,
  RenameOptions,
  UnfinishedWrite,
  WriteOptions,
} from '../protocol-client.js';
import { localError, namingMissingFolder } from './local-errors.js';
import { readFile } from './local-read.js';
import { writeFile } from './local-write.js';

const DONE: Receipt = { lastCode: 0, bytes: 0 };

/**
 * Folders of this machine and shares that it can reach. Paths are parted by `/` on Windows too, and are
 * absolute. Codes are Win32 system error numbers, 0 on success.
 */
export class LocalClient implements ProtocolClient {
  readonly capabilities: Capabilities = {
    replacingRename: true,
    exclusiveRename: true,
    rename: true,
    wholeWrites: false,
    listing: true,
    folders: true,
    checksums: [],
    headChecksums: false,
    resumeRead: true,
    resumeWrite: true,
    setModifiedTime: true,
    sizes: true,
    settledCode: 0,
    maxParallel: Number.POSITIVE_INFINITY,
  };
  readonly #platform: Platform;
  readonly #closing = new AbortController();
  readonly #transfers = new Set<Promise<unknown>>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async connect(options: CallOptions): Promise<Receipt> {
    this.#throwIfEnded(options, 'connect');
    return DONE;
  }

  async *list(folder: RemotePath, options: ListOptions): AsyncIterable<RemoteEntry> {
    const { signal } = this.#untilClosed(options);
    throwIfCancelled(signal, 'list');
    try {
      for await (const { name } of this.#platform.files.list(folder)) {
        throwIfCancelled(signal, 'list');
        const entry = await this.#entryIfThere(posix.join(folder, name), name);
        if (entry !== undefined) yield entry;
      }
    } catch (error) {
      throw localError(error, 'list', folder);
    }
  }

  /** A file may go between the listing and the look at it; then it is simply not listed. */
  async #entryIfThere(path: string, name: string): Promise<RemoteEntry | undefined> {
    try {
      return entryOf(name, await this.#platform.files.lstat(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  stat(path: RemotePath, options: CallOptions): Promise<RemoteEntry> {
    return this.#call('stat', path, options, async () => {
      return entryOf(posix.basename(path), await this.#platform.files.stat(path));
    });
  }

  read(path: RemotePath, sink: ByteSink, options: ReadOptions): Promise<Receipt> {
    return this.#track(readFile(this.#platform, path, sink, this.#untilClosed(options)));
  }

  write(path: RemotePath, source: ByteSource, options: WriteOptions): Promise<Receipt> {
    return this.#track(writeFile(this.#platform, path, source, this.#untilClosed(options)));
  }

  rename(from: RemotePath, to: RemotePath, options: RenameOptions): Promise<Receipt> {
    return this.#call('rename', to, options, async () => {
      const { files } = this.#platform;
      if (options.replace) await files.rename(from, to);
      else await this.#renameWithoutReplacing(from, to);
      await files.syncFolder(remoteParent(to));
      return DONE;
    });
  }

  /** A link never replaces. Where the file system has no links, looking first is the best there is. */
  async #renameWithoutReplacing(from: RemotePath, to: RemotePath): Promise<void> {
    const { files } = this.#platform;
    try {
      await files.link(from, to);
    } catch (error) {
      if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      if (await this.#exists(to)) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
      return files.rename(from, to);
    }
    await files.remove(from);
  }

  async #exists(path: string): Promise<boolean> {
    try {
      await this.#platform.files.lstat(path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  remove(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#call('remove', path, options, async () => {
      await this.#platform.files.remove(path);
      return DONE;
    });
  }

  makeFolder(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#call('make-folder', path, options, async () => {
      try {
        await this.#platform.files.makeFolder(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if ((await this.#platform.files.stat(path)).kind !== 'folder') throw error;
      }
      return DONE;
    });
  }

  removeFolder(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#call('remove', path, options, async () => {
      await this.#platform.files.removeFolder(path);
      return DONE;
    });
  }

  setModifiedTime(path: RemotePath, modifiedMs: number, options: CallOptions): Promise<Receipt> {
    return this.#call('set-time', path, options, async () => {
      await this.#platform.files.setModifiedTime(path, modifiedMs);
      return DONE;
    });
  }

  checksum(): Promise<string> {
    return Promise.reject(unsupportedError('this machine', 'checksum', 'checksum'));
  }

  command(): Promise<Receipt> {
    return Promise.reject(unsupportedError('this machine', 'command', 'command'));
  }

  /** Unfinished writes are plain files here. */
  unfinishedWrite(): Promise<UnfinishedWrite | undefined> {
    return Promise.resolve(undefined);
  }

  abandonWrite(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#closing.abort(closedError());
    await Promise.allSettled(this.#transfers);
  }

  /** The same options, whose signal also aborts when the session is closed. */
  #untilClosed<T extends CallOptions>(options: T): T {
    return { ...options, signal: AbortSignal.any([options.signal, this.#closing.signal]) };
  }

  #throwIfEnded({ signal }: CallOptions, phase: Phase): void {
    throwIfCancelled(signal, phase);
    throwIfCancelled(this.#closing.signal, phase);
  }

  async #track<T>(transfer: Promise<T>): Promise<T> {
    this.#transfers.add(transfer);
    try {
      return await transfer;
    } finally {
      this.#transfers.delete(transfer);
    }
  }

  /** A call of the system cannot be taken back: an abort stops what has not begun, and what has begun tells its outcome. */
  async #call<T>(phase: Phase, path: RemotePath, options: CallOptions, run: () => Promise<T>): Promise<T> {
    this.#throwIfEnded(options, phase);
    try {
      return await run();
    } catch (error) {
      throw await namingMissingFolder(this.#platform.files, localError(error, phase, path), path);
    }
  }
}

function closedError(): TransferError {
  return new TransferError({
    code: 'CLOSED',
    lastCode: -1,
    phase: 'close',
    message: 'local: the session was closed',
    sessionLost: true,
  });
}

const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

function entryOf(name: string, facts: FileFacts): RemoteEntry {
  return {
    name,
    kind: facts.kind,
    sizeBytes: facts.sizeBytes,
    modifiedMs: facts.modifiedMs,
    precisionMs: 1,
  };
}
