import { upgradeToTls, type TlsUpgrade } from '../../net/tls-upgrade.js';
import { tlsContext } from '../../net/tls-trust.js';
import { TlsPort } from '../../net/tls-port.js';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { isPositive, replyError } from './ftp-errors.js';
import type { FtpSession } from './ftp-session.js';
import { within } from './within.js';

/**
 * How long the server may take to end TLS after CCC; what it says later is told from clear text by its form.
 */
const TLS_END_GRACE_MS = 2_000;

/**
 * TLS of one session: on the control connection, and on every data connection by resuming the newest session
 * that the server handed out on either (vsftpd with require_ssl_reuse, ProFTPD, FileZilla Server and others
 * refuse any other). TLS 1.3 tickets are for one use, and each resumed connection brings a new one.
 */
export class FtpSecurity {
  readonly #session: FtpSession;
  #newestTicket: Buffer | undefined;
  /** Under the control connection's TLS when it is to be taken off again. */
  #port: TlsPort | undefined;

  constructor(session: FtpSession) {
    this.#session = session;
  }

  /** AUTH TLS (RFC 4217); a refusal is TLS_FAILED with its reply, never a clear session. */
  async beginExplicit(): Promise<void> {
    const session = this.#session;
    session.enterPhase('tls', 'AUTH TLS');
    const reply = await session.ask('AUTH', 'TLS');
    if (reply.code !== 234) throw authRefused(session, reply);
    await this.beginImplicit();
  }

  /** TLS around the control connection. */
  async beginImplicit(): Promise<void> {
    const session = this.#session;
    session.enterPhase('tls', 'TLS hand-shake');
    // Made first: what became of the socket meanwhile would be missed while nobody listens to it.
    await tlsContext(session.options.tls, session.platform.files);
    const socket = session.control.detach();
    if (session.options.clearCommandChannel) {
      this.#port = new TlsPort(socket);
      session.signal.addEventListener('abort', () => socket.destroy(), { once: true });
    }
    session.control.attach(await this.#secure(this.#port ?? socket, session.signal));
  }

  /**
   * CCC (RFC 4217, section 12.3): the control connection goes on in clear text, for gateways that have to read
   * it.
   */
  async clearCommandChannel(): Promise<void> {
    const session = this.#session;
    session.enterPhase('tls', 'CCC');
    this.#port?.expectClearText();
    session.control.expectEnd();
    const reply = await session.ask('CCC');
    if (!isPositive(reply)) throw replyError(reply, session.context, { code: 'TLS_FAILED' });
    if (this.#port !== undefined) session.control.attach(await this.#takeOff(this.#port));
  }

  /** Ends TLS on both sides, the connection staying. */
  async #takeOff(port: TlsPort): Promise<Socket> {
    const { control, options, platform } = this.#session;
    const secured = control.detach();
    const ended = new Promise<void>((resolve) => {
      secured.once('end', resolve);
      secured.once('close', resolve);
      secured.on('error', () => resolve());
      if (secured.readableEnded) resolve();
    });
    secured.resume();
    secured.end();
    await within(ended, Math.min(TLS_END_GRACE_MS, options.timeoutMs), platform.clock);
    secured.destroy();
    return port.release();
  }

  /**
   * PBSZ and PROT (RFC 4217, section 9). What is asked for must be granted: there is no falling back to clear
   * data.
   */
  async protectData(): Promise<void> {
    const session = this.#session;
    session.enterPhase('tls', 'PBSZ 0');
    // Some servers do not know PBSZ, which says nothing over TLS; the answer to PROT decides.
    await session.ask('PBSZ', '0');
    const isPrivate = session.options.dataProtection === 'private';
    const reply = await session.ask('PROT', isPrivate ? 'P' : 'C');
    if (!isPositive(reply)) throw replyError(reply, session.context, { code: 'TLS_FAILED' });
    if (isPrivate) session.dataProtection = (socket, signal) => this.#secure(socket, signal);
  }

  async #secure(socket: Duplex, signal: AbortSignal): Promise<Socket> {
    const { options, platform, context } = this.#session;
    const upgrade: TlsUpgrade = {
      context: await tlsContext(options.tls, platform.files),
      serverName: options.tls.serverName ?? options.host,
      pins: options.tls.pins,
      place: context.place,
      clock: platform.clock,
      timeoutMs: options.timeoutMs,
      signal,
      session: this.#newestTicket,
      onSession: (ticket) => {
        this.#newestTicket = ticket;
      },
    };
    const secured = await upgradeToTls(socket, upgrade);
    this.#session.trace.noted(tlsFacts(secured));
    return secured;
  }
}

/** `TLSv1.3, TLS_AES_256_GCM_SHA384, session resumed` */
function tlsFacts(socket: TLSSocket): string {
  const how = socket.isSessionReused() ? 'session resumed' : 'new session';
  return [socket.getProtocol(), socket.getCipher().name, how].join(', ');
}

export function authRefused(session: FtpSession, reply: Parameters<typeof replyError>[0]) {
  if (reply.code < 500) return replyError(reply, session.context);
  return replyError(reply, session.context, {
    code: 'TLS_FAILED',
    advice:
      'The server refuses explicit TLS on this port; ask the partner for another port, or use implicit TLS (ftps://).',
  });
}
