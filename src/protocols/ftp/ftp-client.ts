import type { Socket } from 'node:net';
import type { Receipt } from '../../core/outcome.js';
import type { Platform } from '../../core/platform.js';
import { printable } from '../../core/printable.js';
import { remoteName, type RemotePath } from '../../core/remote-path.js';
import {
  asTransferError,
  cancelledError,
  throwIfCancelled,
  TransferError,
  type Phase,
} from '../../core/transfer-error.js';
import { EFT_INTERNAL_TIMEOUT, WSAECONNABORTED } from '../../core/winsock.js';
import { showPlace } from '../../net/tcp-dialer.js';
import { tlsContext } from '../../net/tls-trust.js';
import type { Capabilities } from '../capabilities.js';
import { secretsIn } from '../option-secrets.js';
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
import { capabilitiesOf } from './ftp-capabilities.js';
import { askChecksum } from './ftp-checksum.js';
import { isPositive, replyError, timeoutError } from './ftp-errors.js';
import { readFile, writeFile } from './ftp-files.js';
import { keepAlive } from './ftp-keep-alive.js';
import { listFolder } from './ftp-list.js';
import { awaitGreeting, learnFeatures, logIn, readGreeting } from './ftp-login.js';
import { isFacts, lookUp } from './ftp-look-up.js';
import { refuseContradictions } from './ftp-option-check.js';
import type { FtpOptions } from './ftp-options.js';
import { asProxyFailure, logInThroughProxy, unreachableProxy } from './ftp-proxy-login.js';
import { sendRawCommand } from './ftp-raw-command.js';
import { explainRefusal } from './ftp-refusal.js';
import { replyText, type FtpReply } from './ftp-replies.js';
import { FtpSecurity } from './ftp-security.js';
import { dialTarget, FtpSession } from './ftp-session.js';
import { setModifiedTime } from './ftp-set-time.js';
import { within } from './within.js';

const QUIT_LIMIT_MS = 1_000;

/** One FTP or FTPS session (RFC 959, 1123, 2228, 2389, 2428, 2640, 3659, 4217). */
export class FtpClient implements ProtocolClient {
  readonly #options: FtpOptions;
  readonly #platform: Platform;
  readonly #place: string;
  readonly #closing = new AbortController();
  #session: FtpSession | undefined;
  #dialFailure: TransferError | undefined;
  #capabilities: Capabilities;
  #callsUnderWay = 0;
  #closed: Promise<void> | undefined;

  constructor(options: FtpOptions, platform: Platform) {
    this.#options = options;
    this.#platform = platform;
    this.#place = showPlace(options.host, options.port);
    this.#capabilities = capabilitiesOf(undefined);
  }

  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  /** `lastCode` is that of the login: 230, 232 or 202. `timeoutMs` holds for all of it together. */
  async connect(options: CallOptions): Promise<Receipt> {
    this.#throwIfClosed('connect');
    if (this.#session !== undefined) throw new TypeError('connect() was called twice');
    const signal = AbortSignal.any([options.signal, this.#closing.signal]);
    const startedMs = this.#platform.clock.monotonicMs();
    const { timeoutMs } = this.#options;
    refuseContradictions(this.#options, this.#place);
    const trace = this.#platform.trace.open(this.#place, secretsIn(this.#options));
    // Made before there is a socket, so that nothing comes in while it is being made.
    if (this.#options.security !== 'none') await tlsContext(this.#options.tls, this.#platform.files);
    const session = new FtpSession(await this.#dial(signal), this.#options, this.#platform, trace);
    this.#session = session;
    const leftMs = Math.max(1, timeoutMs - (this.#platform.clock.monotonicMs() - startedMs));
    const timer = this.#platform.clock.startTimer(leftMs, () => session.end(connectTimeout(session)));
    try {
      const reply = await this.#call('connect', 'greeting', options.signal, () => establish(session));
      this.#capabilities = capabilitiesOf(session);
      return receiptOf(reply);
    } catch (error) {
      session.end(error instanceof TransferError ? error : this.#closedError('connect'));
      throw error;
    } finally {
      timer.cancel();
    }
  }

  async #dial(signal: AbortSignal): Promise<Socket> {
    const { timeoutMs, ftpProxy } = this.#options;
    try {
      return await this.#platform.dialer.dial(dialTarget(this.#options), { signal, timeoutMs });
    } catch (thrown) {
      const error = asTransferError(thrown, 'connect');
      this.#dialFailure = ftpProxy === undefined ? error : unreachableProxy(error, ftpProxy);
      throw this.#dialFailure;
    }
  }

  async *list(folder: RemotePath, options: ListOptions): AsyncGenerator<RemoteEntry> {
    const session = this.#begin('list', `list ${shown(folder)}`, options.signal);
    const onAbort = () => session.end(cancelledError(options.signal, 'list'));
    options.signal.addEventListener('abort', onAbort, { once: true });
    this.#callsUnderWay += 1;
    try {
      yield* listFolder(session, folder, options.onWarning);
    } finally {
      this.#callsUnderWay -= 1;
      options.signal.removeEventListener('abort', onAbort);
    }
  }

  stat(path: RemotePath, options: CallOptions): Promise<RemoteEntry> {
    return this.#call('stat', `stat ${shown(path)}`, options.signal, async (session) => {
      const found = await lookUp(session, path);
      if (isFacts(found)) return { name: remoteName(path), ...found };
      throw replyError(found, { ...session.context, doing: `stat ${shown(path)}` }, { code: 'NOT_FOUND' });
    });
  }

  read(path: RemotePath, sink: ByteSink, options: ReadOptions): Promise<Receipt> {
    return this.#call('read', `RETR ${printable(path)}`, options.signal, (session) =>
      readFile(session, path, sink, options),
    );
  }

  write(path: RemotePath, source: ByteSource, options: WriteOptions): Promise<Receipt> {
    return this.#call('write', `STOR ${printable(path)}`, options.signal, (session) =>
      writeFile(session, path, source, options),
    );
  }

  rename(from: RemotePath, to: RemotePath, options: RenameOptions): Promise<Receipt> {
    return this.#call('rename', `RNFR ${printable(from)}`, options.signal, async (session) => {
      const [oldName, newName] = await session.twoArguments(from, to);
      // After RNFR ProFTPD 1.3.8 takes nothing but RNTO, so a name that cannot be sent is found out before.
      session.control.encode({ verb: 'RNTO', argument: newName }, 'rename');
      const first = await session.ask('RNFR', oldName);
      if (first.code < 300 || first.code >= 400)
        throw await explainRefusal(session, first, { verb: 'RNFR', path: from });
      const reply = await session.ask('RNTO', newName);
      if (isPositive(reply)) return receiptOf(reply);
      throw await explainRefusal(session, reply, { verb: 'RNTO', path: to });
    });
  }

  remove(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#call('remove', `DELE ${printable(path)}`, options.signal, async (session) => {
      const reply = await session.ask('DELE', await session.argument(path));
      if (isPositive(reply)) return receiptOf(reply);
      throw await explainRefusal(session, reply, { verb: 'DELE', path });
    });
  }

  makeFolder(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#call('make-folder', `MKD ${printable(path)}`, options.signal, async (session) => {
      const reply = await session.ask('MKD', await session.argument(path));
      if (isPositive(reply)) return receiptOf(reply);
      // RFC 959 has no code for "exists": 521, 550 and 553 are in use. 250 is the answer to the look at what is
      // there.
      const error = await explainRefusal(session, reply, { verb: 'MKD', path });
      if (error.sessionLost || session.control.failure !== undefined) throw error;
      const found = await lookUp(session, path);
      if (isFacts(found) && found.kind === 'folder') return { lastCode: 250, bytes: 0 };
      throw error;
    });
  }

  removeFolder(path: RemotePath, options: CallOptions): Promise<Receipt> {
    return this.#call('remove', `RMD ${printable(path)}`, options.signal, async (session) => {
      const reply = await session.ask('RMD', await session.argument(path));
      if (isPositive(reply)) return receiptOf(reply);
      throw await explainRefusal(session, reply, { verb: 'RMD', path });
    });
  }

  setModifiedTime(path: RemotePath, modifiedMs: number, options: CallOptions): Promise<Receipt> {
    return this.#learning('set-time', `set time of ${printable(path)}`, options.signal, async (session) =>
      receiptOf(await setModifiedTime(session, path, modifiedMs)),
    );
  }

  checksum(path: RemotePath, options: ChecksumOptions): Promise<string> {
    const doing = `${options.algorithm} of ${printable(path)}`;
    return this.#learning('checksum', doing, options.signal, (session) =>
      askChecksum(session, path, options),
    );
  }

  command(text: string, options: CallOptions): Promise<Receipt> {
    return this.#call('command', 'command', options.signal, async (session) =>
      receiptOf(await sendRawCommand(session, text)),
    );
  }

  /** Unfinished writes are plain files here. */
  unfinishedWrite(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  abandonWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const session = this.#session;
    const isIdle = this.#callsUnderWay === 0;
    if (session !== undefined && isIdle && session.control.failure === undefined) {
      const quit = session.ask('QUIT').catch(() => undefined);
      await within(quit, QUIT_LIMIT_MS, this.#platform.clock);
    }
    const error = this.#closedError(session?.phase ?? 'connect');
    this.#closing.abort(error);
    session?.end(error);
  }

  /**
   * Runs one call; an abort ends the session at once, since a half-done conversation cannot be taken up again.
   */
  async #call<T>(
    phase: Phase,
    doing: string,
    signal: AbortSignal,
    work: (session: FtpSession) => Promise<T>,
  ): Promise<T> {
    const session = this.#begin(phase, doing, signal);
    const onAbort = () => session.end(cancelledError(signal, phase));
    signal.addEventListener('abort', onAbort, { once: true });
    this.#callsUnderWay += 1;
    try {
      return await work(session);
    } finally {
      this.#callsUnderWay -= 1;
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** A call that may teach us what the server cannot do after all. */
  async #learning<T>(
    phase: Phase,
    doing: string,
    signal: AbortSignal,
    work: (session: FtpSession) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.#call(phase, doing, signal, work);
    } finally {
      if (this.#session !== undefined) this.#capabilities = capabilitiesOf(this.#session);
    }
  }

  #begin(phase: Phase, doing: string, signal: AbortSignal): FtpSession {
    this.#throwIfClosed(phase);
    throwIfCancelled(signal, phase);
    const session = this.#session;
    const failure = session?.control.failure ?? this.#dialFailure;
    if (failure !== undefined) throw lostEarlier(failure, `${this.#place} ${doing}`, phase);
    if (session === undefined) throw new TypeError('connect() comes first');
    session.enterPhase(phase, doing);
    return session;
  }

  #throwIfClosed(phase: Phase): void {
    if (this.#closed !== undefined) throw this.#closedError(phase);
  }

  #closedError(phase: Phase): TransferError {
    return new TransferError({
      code: 'CLOSED',
      lastCode: WSAECONNABORTED,
      phase,
      message: `${this.#place}: the session was closed`,
      sessionLost: true,
    });
  }
}

/** From the greeting to a session that can transfer; gives the reply to the login. */
async function establish(session: FtpSession): Promise<FtpReply> {
  const { security } = session.options;
  const tls = new FtpSecurity(session);
  if (security === 'implicit') await tls.beginImplicit();
  if (session.options.ftpProxy === undefined) await awaitGreeting(session);
  if (security === 'explicit') await tls.beginExplicit();
  const reply = await enter(session);
  if (security !== 'none') await tls.protectData();
  await learnFeatures(session);
  if (security !== 'none' && session.options.clearCommandChannel) await tls.clearCommandChannel();
  keepAlive(session);
  return reply;
}

/** Logs in, by way of an FTP proxy where there is one. */
async function enter(session: FtpSession): Promise<FtpReply> {
  const { ftpProxy } = session.options;
  if (ftpProxy === undefined) return logIn(session);
  try {
    session.enterPhase('proxy', 'greeting');
    await readGreeting(session);
    return await logInThroughProxy(session, ftpProxy);
  } catch (error) {
    throw session.phase === 'proxy' ? asProxyFailure(asTransferError(error, 'proxy')) : error;
  }
}

/** The login folder has no name of its own. */
function shown(path: RemotePath): string {
  return path === '' ? '.' : printable(path);
}

/** An earlier call's cancel is not this call's. */
function lostEarlier(failure: TransferError, what: string, phase: Phase): TransferError {
  const message = `${what}: the session was lost before: ${failure.message}`;
  if (failure.code !== 'CANCELLED') return failure.with({ phase, message, sessionLost: true });
  return failure.with({
    code: 'CONNECTION_LOST',
    lastCode: WSAECONNABORTED,
    phase,
    message,
    retry: 'transient',
  });
}

function connectTimeout(session: FtpSession): TransferError {
  return timeoutError(session.context, session.options.timeoutMs).with({ lastCode: EFT_INTERNAL_TIMEOUT });
}

function receiptOf(reply: FtpReply): Receipt {
  return { lastCode: reply.code, bytes: 0, reply: printable(replyText(reply)) };
}
