import type { Socket } from 'node:net';
import type { Clock } from '../../core/clock.js';
import { TransferError } from '../../core/transfer-error.js';
import {
  extendedPortArgument,
  parseExtendedPassivePort,
  parsePassivePort,
  plainAddress,
  portArgument,
} from './ftp-data-address.js';
import { brokenOff, isPositive, isUnsupported, replyError, timeoutError } from './ftp-errors.js';
import type { FtpReply } from './ftp-replies.js';
import { dataHost, dialTarget, type FtpSession } from './ftp-session.js';
import { within } from './within.js';

/** Puts TLS around a data connection. */
export type DataProtection = (socket: Socket, signal: AbortSignal) => Promise<Socket>;

/**
 * A data connection in the making: the address is agreed on, the socket may still be on its way, so that
 * the transfer command can be sent meanwhile.
 */
export class DataConnection {
  /** TCP stands. Servers shake hands for TLS only after the transfer command. */
  readonly connected: Promise<Socket>;
  /** The connected and, where wanted, protected socket, paused. */
  readonly socket: Promise<Socket>;
  readonly #abort: AbortController;
  readonly #stopFollowing: () => void;
  readonly #isProtected: boolean;

  constructor(session: FtpSession, open: (signal: AbortSignal) => Promise<Socket>) {
    const abort = new AbortController();
    const follow = () => abort.abort(session.signal.reason);
    session.signal.addEventListener('abort', follow, { once: true });
    this.#abort = abort;
    this.#isProtected = session.dataProtection !== undefined;
    this.#stopFollowing = () => session.signal.removeEventListener('abort', follow);
    if (session.signal.aborted) follow();
    this.connected = open(abort.signal);
    this.socket = this.#own(session);
    // Whoever needs the socket sees the rejection; a transfer that is refused by the server no longer asks.
    this.socket.catch(() => undefined);
  }

  /** Closes the socket, now or as soon as it is there. Idempotent. */
  close(reason?: TransferError): void {
    this.#stopFollowing();
    this.#abort.abort(reason);
  }

  /** Over TLS: waits a little until both sides have said close_notify, so that neither end looks cut off. */
  async ended(limitMs: number, clock: Clock): Promise<void> {
    const socket = await this.socket;
    if (!this.#isProtected || socket.closed) return;
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
    });
    await within(closed, limitMs, clock);
  }

  /**
   * Ends our side in order, then closes. Over TLS 1.2 a connection that goes without close_notify takes its
   * session with it: OpenSSL servers then refuse every further data connection of this login (seen with ProFTPD
   * 1.3.8).
   */
  hangUp(): void {
    const end = (socket: Socket) => void socket.end(() => this.close());
    this.socket.then(end, () => this.close());
  }

  /**
   * Socket and TLS are never destroyed both: TLS around it owns the socket, and Node 20 crashes when it loses
   * it.
   */
  async #own(session: FtpSession): Promise<Socket> {
    const { signal } = this.#abort;
    const socket = await this.connected;
    const { dataProtection } = session;
    const owned = dataProtection === undefined ? socket : await dataProtection(socket, signal);
    destroyOnAbort(owned, signal);
    return owned;
  }
}

/** The reason is not handed to the socket: whoever aborts settles the transfer itself. */
function destroyOnAbort(socket: Socket, signal: AbortSignal): void {
  const destroy = () => socket.destroy();
  if (signal.aborted) destroy();
  signal.addEventListener('abort', destroy, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', destroy));
  // From here on somebody always listens: a socket that fails between two owners must not end the process.
  socket.on('error', ignoreHere);
}

/** The owner of the socket at the time listens too, and settles. */
function ignoreHere(): void {}

/** Agrees with the server on a data connection and begins to open it. */
export function prepareData(session: FtpSession): Promise<DataConnection> {
  return session.options.dataMode === 'active' ? prepareActive(session) : preparePassive(session);
}

async function preparePassive(session: FtpSession): Promise<DataConnection> {
  if (session.options.extendedCommands && !session.refusedVerbs.has('EPSV')) {
    const port = await askExtendedPort(session);
    const connection = port === undefined ? undefined : await openExtended(session, port);
    if (connection !== undefined) return connection;
    session.refusedVerbs.add('EPSV');
  }
  const reply = await session.must('PASV');
  const port = parsePassivePort(reply);
  if (port === undefined) throw unusableAddress(session, reply);
  const connection = dialData(session, port);
  if (!session.isPassiveProven) await connection.connected;
  session.isPassiveProven = true;
  return connection;
}

/**
 * The port, or undefined where PASV has to be tried: RFC 2428 gives 522; old servers say 500 or 502, some 501
 * or 425.
 */
async function askExtendedPort(session: FtpSession): Promise<number | undefined> {
  const reply = await session.ask('EPSV');
  if (reply.code === 229) {
    const port = parseExtendedPassivePort(reply);
    if (port === undefined) throw unusableAddress(session, reply);
    return port;
  }
  if (isUnsupported(reply) || [425, 501, 503, 522, 550].includes(reply.code)) return undefined;
  throw replyError(reply, session.context);
}

/**
 * Undefined when the first such connection cannot be made: some gateways open only the ports that they read in
 * a PASV reply.
 */
async function openExtended(session: FtpSession, port: number): Promise<DataConnection | undefined> {
  const connection = dialData(session, port);
  if (session.isPassiveProven) return connection;
  try {
    await connection.connected;
  } catch (error) {
    connection.close();
    const isNetwork = error instanceof TransferError && error.phase === 'connect' && !session.signal.aborted;
    if (isNetwork) return undefined;
    throw error;
  }
  session.isPassiveProven = true;
  return connection;
}

/** Always to the control connection's peer, whatever address the reply names. */
function dialData(session: FtpSession, port: number): DataConnection {
  const { options, platform } = session;
  const target = { ...dialTarget(options), host: dataHost(session), port };
  session.trace.noted(`data connection to port ${port}`);
  return new DataConnection(session, async (signal) => {
    try {
      // TLS reads the socket by itself.
      const blocks = session.dataProtection === undefined ? { blocks: platform.blocks } : {};
      return await platform.dialer.dial(target, { signal, timeoutMs: options.timeoutMs, ...blocks });
    } catch (error) {
      throw dataDialError(session, error, port);
    }
  });
}

/**
 * The session stands, so only the data connection failed: the number is the socket's, but a connection that is
 * not made in time is EFT's 2000 ("internal timeout, a firewall that blocks the connection among other
 * reasons").
 */
function dataDialError(session: FtpSession, error: unknown, port: number): unknown {
  if (!(error instanceof TransferError) || session.signal.aborted || error.code === 'CANCELLED') return error;
  const context = { ...session.context, doing: `data connection to port ${port}` };
  if (error.code === 'CONNECT_TIMEOUT') {
    return timeoutError(context, session.options.timeoutMs, 'not made').with({
      phase: 'connect',
      sessionLost: false,
      cause: error,
    });
  }
  return error.with({ message: `${context.place} ${context.doing}: ${error.message}`, sessionLost: false });
}

async function prepareActive(session: FtpSession): Promise<DataConnection> {
  const { options, platform, control } = session;
  const peer = dataHost(session);
  const listener = await platform.dialer.listen({
    address: options.bindAddress ?? plainAddress(control.socket.localAddress ?? ''),
    signal: session.signal,
    ...(options.activePorts === undefined ? {} : { portRange: options.activePorts }),
  });
  session.trace.noted(`data connection awaited on port ${listener.port}`);
  try {
    await announceListener(session, listener.address, listener.port);
  } catch (error) {
    listener.close();
    throw error;
  }
  return new DataConnection(session, async (signal) => {
    try {
      return await listener.accept(peer, { signal, timeoutMs: options.timeoutMs });
    } finally {
      listener.close();
    }
  });
}

async function announceListener(session: FtpSession, address: string, port: number): Promise<void> {
  const classic = portArgument(address, port);
  const mayExtend = session.options.extendedCommands && !session.refusedVerbs.has('EPRT');
  if (mayExtend || classic === undefined) {
    const reply = await session.ask('EPRT', extendedPortArgument(address, port));
    if (isPositive(reply)) return;
    const mayFallBack = isUnsupported(reply) || reply.code === 501 || reply.code === 522;
    if (!mayFallBack || classic === undefined) throw replyError(reply, session.context);
    session.refusedVerbs.add('EPRT');
  }
  await session.must('PORT', classic);
}

function unusableAddress(session: FtpSession, reply: FtpReply): TransferError {
  const error = brokenOff('PROTOCOL_VIOLATION', session.context, 'the reply names no port that may be used');
  return error.with({ reply: `${reply.code} ${reply.lines.join(' ')}` });
}
