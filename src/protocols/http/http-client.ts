import type { Receipt } from '../../core/outcome.js';
import type { Platform } from '../../core/platform.js';
import { printable } from '../../core/printable.js';
import { remoteParent, type RemotePath } from '../../core/remote-path.js';
import { throwIfCancelled, TransferError, type Phase } from '../../core/transfer-error.js';
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
  WriteOptions,
} from '../protocol-client.js';
import { unsupportedError } from '../unsupported.js';
import { davMakeFolder, davRemove, davRemoveFolder, davRename, remove } from './dav-changes.js';
import { davList, davStat } from './dav-listing.js';
import { statusError } from './http-errors.js';
import type { HttpCall } from './http-exchange.js';
import type { HttpOptions } from './http-options.js';
import { NoRangesError, readFile } from './http-read.js';
import { HttpSession, notOpen } from './http-session.js';
import { statFile } from './http-stat.js';
import { writeFile } from './http-write.js';
import { targetOf } from './request-target.js';

const MAX_PARALLEL = 8;
/** Table B of the client log: connected, without a word of the protocol yet. */
const CONNECTED = 0;
const NO_LISTING = 'Name the file itself, without * or ?; a WebDAV address (davs://) can be listed.';

/** One session with a web server or a WebDAV server. */
export function createHttpClient(options: HttpOptions, platform: Platform): ProtocolClient {
  return new HttpClient(options, platform);
}

class HttpClient implements ProtocolClient {
  readonly #options: HttpOptions;
  readonly #platform: Platform;
  readonly #closing = new AbortController();
  readonly #session: HttpSession;
  #connecting: Promise<Receipt> | undefined;
  #isOpen = false;
  #givesRanges = true;
  /** What the last look told. A read that gives more is broken off, so that an endless one cannot fill the disk. */
  #lastLook: { readonly path: RemotePath; readonly sizeBytes: number | undefined } | undefined;

  constructor(options: HttpOptions, platform: Platform) {
    this.#options = options;
    this.#platform = platform;
    this.#session = new HttpSession(options, platform);
  }

  get capabilities(): Capabilities {
    const { webdav, upload } = this.#options;
    return {
      replacingRename: webdav,
      exclusiveRename: webdav,
      rename: webdav,
      wholeWrites: false,
      listing: webdav,
      folders: webdav,
      checksums: [],
      headChecksums: false,
      resumeRead: this.#givesRanges,
      resumeWrite: false,
      setModifiedTime: false,
      // What a form has sent is not to be found under the name that it was given.
      sizes: upload.method === 'put',
      settledCode: webdav ? 207 : 200,
      maxParallel: MAX_PARALLEL,
    };
  }

  async connect(options: CallOptions): Promise<Receipt> {
    if (this.#connecting !== undefined || this.#closing.signal.aborted) {
      throw this.#closing.signal.aborted
        ? notOpen(this.#session.place, 'connect', true)
        : new TransferError({
            code: 'UNEXPECTED',
            lastCode: -1,
            phase: 'connect',
            message: `${this.#session.place}: a client connects once`,
          });
    }
    this.#connecting = this.#connect(this.#untilClosed(options.signal));
    const receipt = await this.#connecting;
    this.#isOpen = true;
    return receipt;
  }

  /** A login is tried at once, so that a wrong password shows before anything else is begun. */
  async #connect(signal: AbortSignal): Promise<Receipt> {
    throwIfCancelled(signal, 'connect');
    try {
      await this.#session.open(signal);
      if (this.#options.login.kind === 'none') return { lastCode: CONNECTED, bytes: 0 };
      return await this.#tryLogin({ phase: 'login', doing: 'login', signal });
    } catch (error) {
      this.#session.close();
      throw error;
    }
  }

  /** What the server says of its root does not matter, as long as it is neither 401 nor "not now". */
  async #tryLogin(call: HttpCall): Promise<Receipt> {
    const method = this.#options.webdav ? 'OPTIONS' : 'HEAD';
    const { response } = await this.#session.ask({ method, target: '/', headers: [] }, call);
    if (response.status === 503 || response.status === 429) {
      throw await statusError(response, this.#session.place, call);
    }
    await response.text(0);
    return { lastCode: response.status, bytes: 0 };
  }

  async *list(folder: RemotePath, options: ListOptions): AsyncIterable<RemoteEntry> {
    const call = this.#call('list', `list ${printable(folder)}`, options);
    if (!this.#options.webdav) throw this.#unsupported('list', 'a web server has no listing', NO_LISTING);
    try {
      yield* davList(this.#session, folder, options, call);
    } catch (error) {
      throw await this.#notAFolder(error, folder, call);
    }
  }

  /** A server that looks for a folder of that name may say that there is none when there is a file. */
  async #notAFolder(error: unknown, path: RemotePath, call: HttpCall): Promise<unknown> {
    if (!(error instanceof TransferError) || (error.code !== 'NOT_FOUND' && error.code !== 'REFUSED'))
      return error;
    const there = await davStat(this.#session, path, call).catch(() => undefined);
    return there?.kind === 'file'
      ? error.with({ code: 'NOT_A_FOLDER', message: `${error.message}; it is a file` })
      : error;
  }

  stat(path: RemotePath, options: CallOptions): Promise<RemoteEntry> {
    const stat = this.#options.webdav ? davStat : statFile;
    return this.#run('stat', `stat ${printable(path)}`, options, async (call) => {
      const entry = await stat(this.#session, path, call);
      this.#lastLook = { path, sizeBytes: entry.sizeBytes };
      return entry;
    });
  }

  read(path: RemotePath, sink: ByteSink, options: ReadOptions): Promise<Receipt> {
    return this.#run('read', `read ${printable(path)}`, options, async (call) => {
      try {
        const known = this.#lastLook?.path === path ? this.#lastLook.sizeBytes : undefined;
        return await readFile(this.#session, path, sink, { ...options, knownBytes: known }, call);
      } catch (error) {
        if (error instanceof NoRangesError) this.#givesRanges = false;
        throw error;
      }
    });
  }

  write(path: RemotePath, source: ByteSource, options: WriteOptions): Promise<Receipt> {
    return this.#run('write', `write ${printable(path)}`, options, async (call) => {
      if ((options.offset ?? 0) > 0) {
        throw this.#unsupported('write', 'a file cannot be gone on with', 'It is sent from its beginning.');
      }
      try {
        return await writeFile(this.#session, path, source, options, call, this.#platform.random);
      } catch (error) {
        throw await this.#writeRefused(error, path, call);
      }
    });
  }

  /** Servers have 403, 405 and 409 for a folder of that name, and for one above that is not there. */
  async #writeRefused(error: unknown, path: RemotePath, call: HttpCall): Promise<unknown> {
    if (!(error instanceof TransferError) || error.sessionLost) return error;
    if (![301, 403, 405, 409, 500].includes(error.lastCode) || this.#options.upload.method === 'post')
      return error;
    const stat = this.#options.webdav ? davStat : statFile;
    const there = await stat(this.#session, path, call).catch(() => undefined);
    const known = (code: 'IS_A_FOLDER' | 'NOT_FOUND', what: string) =>
      error.with({
        code,
        message: `${this.#session.place}: ${call.doing}: ${what} (${error.lastCode})`,
        // The page that servers send with it names another cause, or none.
        reply: undefined,
        retry: undefined,
        side: undefined,
        advice: undefined,
      });
    if (there?.kind === 'folder') return known('IS_A_FOLDER', 'it is a folder');
    const parent = await stat(this.#session, remoteParent(path), call).catch((failure: unknown) => failure);
    if (!(parent instanceof TransferError) || parent.code !== 'NOT_FOUND') return error;
    return known('NOT_FOUND', `there is no folder ${printable(remoteParent(path))}`);
  }

  rename(from: RemotePath, to: RemotePath, options: RenameOptions): Promise<Receipt> {
    const doing = `rename ${printable(from)} to ${printable(to)}`;
    return this.#run('rename', doing, options, async (call) => {
      if (!this.#options.webdav) throw this.#unsupported('rename', 'a web server cannot rename');
      return davRename(this.#session, from, to, options, call);
    });
  }

  remove(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#run('remove', `remove ${printable(path)}`, options, async (call) => {
      if (this.#options.webdav) return davRemove(this.#session, path, call);
      const there = await statFile(this.#session, path, call);
      if (there.kind !== 'folder') return remove(this.#session, targetOf(path), call);
      throw new TransferError({
        code: 'IS_A_FOLDER',
        lastCode: -1,
        phase: 'remove',
        message: `${this.#session.place}: ${call.doing}: is a folder`,
      });
    });
  }

  makeFolder(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#run('make-folder', `make folder ${printable(path)}`, options, async (call) => {
      if (!this.#options.webdav) throw this.#unsupported('make-folder', 'a web server has no folders');
      return davMakeFolder(this.#session, path, call);
    });
  }

  removeFolder(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#run('remove', `remove folder ${printable(path)}`, options, async (call) => {
      if (!this.#options.webdav) throw this.#unsupported('remove', 'a web server has no folders');
      return davRemoveFolder(this.#session, path, call);
    });
  }

  setModifiedTime(path: RemotePath, _modifiedMs: number, options: CallOptions): Promise<Receipt> {
    return this.#run('set-time', `set time of ${printable(path)}`, options, () => {
      throw this.#unsupported('set-time', 'HTTP cannot set times');
    });
  }

  checksum(_path: RemotePath, options: CallOptions): Promise<string> {
    return this.#run('checksum', 'checksum', options, () => {
      throw this.#unsupported('checksum', 'HTTP knows no checksums');
    });
  }

  command(_text: string, options: CallOptions): Promise<Receipt> {
    return this.#run('command', 'command', options, () => {
      throw this.#unsupported('command', 'HTTP has no commands of this kind');
    });
  }

  /** What a server keeps of a PUT that broke off, if anything, is nothing to go on with. */
  unfinishedWrite(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  abandonWrite(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#closing.abort(notOpen(this.#session.place, 'close', true));
    await this.#connecting?.catch(() => undefined);
    this.#session.close();
  }

  #untilClosed(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#closing.signal]);
  }

  /** Throws when the session is not open, or the call cancelled. */
  #call(phase: Phase, doing: string, { signal }: CallOptions): HttpCall {
    const isClosed = this.#closing.signal.aborted;
    if (!this.#isOpen || isClosed) throw notOpen(this.#session.place, phase, isClosed);
    throwIfCancelled(signal, phase);
    return { phase, doing, signal: this.#untilClosed(signal) };
  }

  async #run<T>(
    phase: Phase,
    doing: string,
    options: CallOptions,
    work: (call: HttpCall) => Promise<T>,
  ): Promise<T> {
    return work(this.#call(phase, doing, options));
  }

  #unsupported(phase: Phase, why: string, advice?: string): TransferError {
    const error = unsupportedError(this.#session.place, `${phase}: ${why}`, phase);
    return advice === undefined ? error : error.with({ side: 'us', advice });
  }
}
