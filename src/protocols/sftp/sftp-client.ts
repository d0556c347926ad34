import type { Receipt } from '../../core/outcome.js';
import type { Platform } from '../../core/platform.js';
import { printable } from '../../core/printable.js';
import { remoteName, type RemotePath } from '../../core/remote-path.js';
import { TransferError, type Phase } from '../../core/transfer-error.js';
import type { SessionTrace } from '../../core/wire-trace.js';
import { showPlace } from '../../net/tcp-dialer.js';
import { secretsIn } from '../option-secrets.js';
import { unsupportedError } from '../unsupported.js';
import type { Capabilities } from '../capabilities.js';
import type {
  ByteSink,
  ByteSource,
  CallOptions,
  ChecksumOptions,
  ListOptions,
  ProtocolClient,
  ReadOptions,
  RemoteEntry,
  RenameOptions,
  WriteOptions,
} from '../protocol-client.js';
import { callFacts, truncated, uncancelled } from './call-facts.js';
import { OPEN_CREATE, OPEN_READ, OPEN_TRUNCATE, OPEN_WRITE } from './open-flags.js';
import type { CallFacts } from './session-life.js';
import { SftpChecksums } from './sftp-checksums.js';
import { SftpDiagnosis } from './sftp-diagnosis.js';
import { entryKind, listedEntry, remoteEntry, type EntryKind, type SftpAttributes } from './sftp-entries.js';
import { OddAnswer, SFTP_STATUS } from './sftp-errors.js';
import type { SftpOptions } from './sftp-options.js';
import { readWindow } from './sftp-read-window.js';
import { operation, SftpSession } from './sftp-session.js';
import { writeWindow } from './sftp-write-window.js';
import { connectSsh } from './ssh-connect.js';
import type { SshTransport } from './ssh-transport.js';
import { transferWindow } from './transfer-window.js';

const MAX_PARALLEL = 8;
/** NAME packets without a name that are taken as "ask again": more would be a loop. `.` and `..` do not count. */
const MAX_EMPTY_ANSWERS = 100;
const LAST_SECOND = 2 ** 32 - 1;
const DONE: Receipt = { lastCode: SFTP_STATUS.ok, bytes: 0 };

/** SFTP version 3 over SSH: `ssh2` carries the packets, the transfer loops are ours. */
export class SftpClient implements ProtocolClient {
  readonly #options: SftpOptions;
  readonly #platform: Platform;
  readonly #trace: SessionTrace;
  readonly #closing = new AbortController();
  #connecting: Promise<void> | undefined;
  #transport: SshTransport | undefined;
  #session: SftpSession | undefined;
  #checksums: SftpChecksums | undefined;

  constructor(options: SftpOptions, platform: Platform) {
    this.#options = options;
    this.#platform = platform;
    this.#trace = platform.trace.open(this.#place, secretsIn(options));
  }

  get capabilities(): Capabilities {
    return {
      replacingRename: this.#session?.offers('posix-rename@openssh.com') ?? false,
      // The draft demands it of all, but not all do; OpenSSH makes a link, which is refused when the target exists.
      exclusiveRename: this.#transport?.serverVersion.startsWith('SSH-2.0-OpenSSH') ?? false,
      rename: true,
      wholeWrites: false,
      listing: true,
      folders: true,
      checksums: this.#checksums?.offered ?? [],
      headChecksums: this.#checksums?.ofHeads ?? false,
      resumeRead: true,
      resumeWrite: true,
      setModifiedTime: true,
      sizes: true,
      settledCode: SFTP_STATUS.ok,
      maxParallel: MAX_PARALLEL,
    };
  }

  async connect({ signal }: CallOptions): Promise<Receipt> {
    if (this.#connecting !== undefined || this.#closing.signal.aborted) {
      throw this.#misuse('connect', 'a client connects once');
    }
    this.#connecting = this.#connect(AbortSignal.any([signal, this.#closing.signal]));
    await this.#connecting;
    return { ...DONE, login: this.#transport?.loggedInBy };
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const transport = await connectSsh(this.#options, this.#platform, this.#trace, signal);
    this.#transport = transport;
    try {
      const session = new SftpSession(await transport.openSftp(signal), transport.life, this.#trace);
      this.#checksums = new SftpChecksums(session, transport.serverVersion, this.#options.timeoutMs);
      this.#session = session;
    } catch (error) {
      await transport.close();
      throw error;
    }
  }

  async *list(folder: RemotePath, options: ListOptions): AsyncIterable<RemoteEntry> {
    const session = this.#open('list');
    const call = callFacts('list', operation('list', folder), options);
    const handle = await this.#explained(session.openFolder(folder, call), (error) =>
      new SftpDiagnosis(session, call).listRefused(error, folder),
    );
    let listed = 0;
    try {
      for (let empty = 0; ;) {
        const names = await session.readFolder(handle, call);
        if (names === undefined) break;
        empty = names.length === 0 ? empty + 1 : 0;
        if (empty > MAX_EMPTY_ANSWERS)
          throw session.refusal(new OddAnswer('list answers without a name'), call);
        listed += names.length;
        for (const name of names) {
          const entry = listedEntry(name);
          if (entry.name.includes('\ufffd'))
            options.onWarning?.(`name is not UTF-8: ${printable(entry.name)}`);
          yield entry;
          session.life.check(call);
        }
      }
    } finally {
      session.noted(`READDIR: ${listed} names`);
      await this.#letGo(session, handle, call);
    }
  }

  async stat(path: RemotePath, options: CallOptions): Promise<RemoteEntry> {
    const session = this.#open('stat');
    const call = callFacts('stat', operation('stat', path), options);
    const attributes = await this.#explained(session.stat(path, call), (error) =>
      new SftpDiagnosis(session, call).statRefused(error, path),
    );
    const kind = entryKind(attributes) ?? (await this.#probeKind(session, path, attributes, call));
    return remoteEntry(remoteName(path), kind, attributes);
  }

  async read(path: RemotePath, sink: ByteSink, options: ReadOptions): Promise<Receipt> {
    const session = this.#open('read');
    const call = callFacts('read', operation('read', path), options);
    const explain = (error: unknown) => new SftpDiagnosis(session, call).fileRefused(error, path);
    const openCall = callFacts('read', operation('open', path), options);
    const handle = await this.#explained(session.open(path, OPEN_READ, openCall), explain);
    const reading = this.#pumpOut(session, handle, sink, options.offset ?? 0, call);
    let bytes: number;
    try {
      bytes = await reading;
    } catch (error) {
      await this.#letGo(session, handle, call);
      throw await explain(error);
    }
    // The server confirmed the end by status EOF; what it says of the handle changes nothing.
    await this.#letGo(session, handle, call);
    return { lastCode: SFTP_STATUS.ok, bytes };
  }

  async write(path: RemotePath, source: ByteSource, options: WriteOptions): Promise<Receipt> {
    const session = this.#open('write');
    const call = callFacts('write', operation('write', path), options);
    const explain = (error: unknown) => new SftpDiagnosis(session, call).writeRefused(error, path);
    const offset = options.offset ?? 0;
    const flags = offset > 0 ? OPEN_WRITE : OPEN_WRITE | OPEN_CREATE | OPEN_TRUNCATE;
    const openCall = callFacts('write', operation('open', path), options);
    const handle = await this.#explained(session.open(path, flags, openCall), explain);
    let bytes: number;
    try {
      bytes = await this.#pumpIn(session, handle, source, offset, call);
    } catch (error) {
      await this.#letGo(session, handle, call);
      throw await explain(error);
    }
    await this.#explained(this.#confirm(session, handle, path, options), explain);
    return { lastCode: SFTP_STATUS.ok, bytes };
  }

  async rename(from: RemotePath, to: RemotePath, options: RenameOptions): Promise<Receipt> {
    const session = this.#open('rename');
    const call = callFacts('rename', `${operation('rename', from)} to ${printable(to)}`, options);
    const replaces = options.replace && session.offers('posix-rename@openssh.com');
    const renaming = replaces ? session.replacingRename(from, to, call) : session.rename(from, to, call);
    await this.#explained(renaming, (error) =>
      new SftpDiagnosis(session, call).renameRefused(error, from, to),
    );
    return DONE;
  }

  async remove(path: RemotePath, options: CallOptions): Promise<Receipt> {
    const session = this.#open('remove');
    const call = callFacts('remove', operation('remove', path), options);
    await this.#explained(session.remove(path, call), (error) =>
      new SftpDiagnosis(session, call).fileRefused(error, path),
    );
    return DONE;
  }

  async makeFolder(path: RemotePath, options: CallOptions): Promise<Receipt> {
    const session = this.#open('make-folder');
    const call = callFacts('make-folder', operation('make folder', path), options);
    try {
      await session.makeFolder(path, call);
    } catch (error) {
      if (!(error instanceof TransferError) || error.sessionLost) throw error;
      const diagnosis = new SftpDiagnosis(session, call);
      // The status for "exists already" differs from server to server, so only a look can tell.
      const kind = await diagnosis.kindOf(path);
      if (kind === 'folder') return DONE;
      if (kind !== undefined)
        throw error.with({
          code: 'ALREADY_EXISTS',
          message: `${error.message}; a ${kind} of that name exists`,
        });
      throw await diagnosis.makeFolderRefused(error, path);
    }
    return DONE;
  }

  async removeFolder(path: RemotePath, options: CallOptions): Promise<Receipt> {
    const session = this.#open('remove');
    const call = callFacts('remove', operation('remove folder', path), options);
    await this.#explained(session.removeFolder(path, call), (error) =>
      new SftpDiagnosis(session, call).removeFolderRefused(error, path),
    );
    return DONE;
  }

  async setModifiedTime(path: RemotePath, modifiedMs: number, options: CallOptions): Promise<Receipt> {
    const session = this.#open('set-time');
    const call = callFacts('set-time', operation('set time of', path), options);
    const seconds = Math.floor(modifiedMs / 1000);
    if (!(seconds >= 0 && seconds <= LAST_SECOND)) {
      throw new TransferError({
        code: 'UNSUPPORTED',
        lastCode: -1,
        phase: 'set-time',
        message: `${session.life.place}: ${call.what}: SFTP knows only times from 1970 to 2106`,
      });
    }
    await session.setTimes(path, seconds, call);
    return DONE;
  }

  async checksum(path: RemotePath, options: ChecksumOptions): Promise<string> {
    if (this.#checksums === undefined) throw this.#misuse('checksum', 'the session is not open');
    return this.#checksums.compute(path, options);
  }

  command(): Promise<Receipt> {
    return Promise.reject(unsupportedError(this.#place, 'takes no commands: SFTP has none', 'command'));
  }

  /** Unfinished writes are plain files here. */
  unfinishedWrite(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  abandonWrite(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.#closing.abort(this.#closedError('connect'));
    // Its failure is told to the caller of connect(); here it only matters that it is over.
    await this.#connecting?.catch(() => undefined);
    await this.#transport?.close();
  }

  #open(phase: Phase): SftpSession {
    if (this.#session === undefined) throw this.#misuse(phase, 'the session is not open');
    return this.#session;
  }

  #pumpOut(
    session: SftpSession,
    handle: Buffer,
    sink: ByteSink,
    offset: number,
    call: CallFacts,
  ): Promise<number> {
    const window = transferWindow(session.hello, 'read', this.#options.sequential);
    const options = {
      offset,
      window,
      refused: (thrown: unknown) => session.refusal(thrown, call),
      truncated: (position: number) => truncated(session, call, position),
    };
    const file = session.file(handle);
    const reading = session.life.wait<number>(call, (wait) => readWindow(file, sink, options, wait));
    return reading.finally(() => session.noted(`${file.requests} READ from byte ${offset}`));
  }

  async #pumpIn(
    session: SftpSession,
    handle: Buffer,
    source: ByteSource,
    offset: number,
    call: CallFacts,
  ): Promise<number> {
    const window = transferWindow(session.hello, 'write', this.#options.sequential);
    const { blocks } = this.#platform;
    const options = { offset, window, blocks, refused: (thrown: unknown) => session.refusal(thrown, call) };
    const file = session.file(handle);
    let running: Promise<void> | undefined;
    try {
      return await session.life.wait<number>(call, (wait) => {
        running = writeWindow(file, source, options, wait);
      });
    } finally {
      session.noted(`${file.requests} WRITE from byte ${offset}`);
      await running;
    }
  }

  /** CLOSE after a write: until it is confirmed, the server may still lose data; a lost answer proves nothing. */
  async #confirm(
    session: SftpSession,
    handle: Buffer,
    path: RemotePath,
    options: CallOptions,
  ): Promise<void> {
    const call = callFacts('write', operation('close', path), options);
    try {
      await session.close(handle, call);
    } catch (error) {
      const ended = session.life.loss?.code;
      const isUnknown = ended !== undefined && ended !== 'CANCELLED' && ended !== 'CLOSED';
      if (!isUnknown || !(error instanceof TransferError)) throw error;
      throw error.with({
        code: 'REPLY_LOST',
        message: `${error.message}; all bytes were acknowledged before`,
        retry: undefined,
        side: undefined,
        advice: undefined,
      });
    }
  }

  /** Closes a handle whose closing proves nothing; what goes wrong is told by the session's next call. */
  async #letGo(session: SftpSession, handle: Buffer, call: CallFacts): Promise<void> {
    if (session.life.loss !== undefined) return;
    const closing = session
      .close(handle, call.signal.aborted ? uncancelled(call) : call)
      .catch(() => undefined);
    // Who cancelled does not wait.
    if (!call.signal.aborted) await closing;
  }

  /** For servers that send no file type: what can be opened as a folder is one. */
  async #probeKind(
    session: SftpSession,
    path: RemotePath,
    attributes: SftpAttributes,
    call: CallFacts,
  ): Promise<EntryKind> {
    try {
      await this.#letGo(session, await session.openFolder(path, call), call);
      return 'folder';
    } catch (error) {
      if (!(error instanceof TransferError) || error.sessionLost) throw error;
      return error.code !== 'PERMISSION_DENIED' && attributes.size !== undefined ? 'file' : 'other';
    }
  }

  async #explained<T>(asked: Promise<T>, explain: (error: unknown) => Promise<unknown>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      throw await explain(error);
    }
  }

  #misuse(phase: Phase, reason: string): TransferError {
    return this.#closing.signal.aborted
      ? this.#closedError(phase)
      : new TransferError({ code: 'UNEXPECTED', lastCode: -1, phase, message: `${this.#place}: ${reason}` });
  }

  #closedError(phase: Phase): TransferError {
    return new TransferError({
      code: 'CLOSED',
      lastCode: -1,
      phase,
      message: `${this.#place}: the session was closed`,
      sessionLost: true,
    });
  }

  get #place(): string {
    return showPlace(this.#options.host, this.#options.port);
  }
}
