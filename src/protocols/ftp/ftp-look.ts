import type { Platform } from '../../core/platform.js';
import { printable } from '../../core/printable.js';
import { asTransferError, cancelledError } from '../../core/transfer-error.js';
import { showPlace } from '../../net/tcp-dialer.js';
import { lookAtTls } from '../../net/tls-look.js';
import { tlsContext } from '../../net/tls-trust.js';
import type { ServerLook } from '../server-look.js';
import { awaitGreeting } from './ftp-login.js';
import type { FtpOptions } from './ftp-options.js';
import { authRefused } from './ftp-security.js';
import { dialTarget, FtpSession } from './ftp-session.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The greeting and, where the connection uses TLS, the certificate of an FTP server. */
export async function lookAtFtp(
  options: FtpOptions,
  platform: Platform,
  signal: AbortSignal,
): Promise<ServerLook> {
  const look: Mutable<ServerLook> = {};
  // What an FTP proxy says is not the server's.
  if (options.ftpProxy !== undefined) return look;
  let session: FtpSession | undefined;
  const onAbort = () => session?.end(cancelledError(signal, 'connect'));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    session = await openSession(options, platform, signal);
    if (options.security === 'implicit') await seeTls(session, signal, look);
    if (look.tls === undefined || look.tls.problem === undefined) await seeGreeting(session, look);
    if (options.security === 'explicit') {
      session.enterPhase('tls', 'AUTH TLS');
      const reply = await session.ask('AUTH', 'TLS');
      if (reply.code !== 234) throw authRefused(session, reply);
      await seeTls(session, signal, look);
    }
    await sayGoodbye(session);
  } catch (error) {
    if (signal.aborted) throw error;
    look.failure = asTransferError(error, 'connect');
  } finally {
    signal.removeEventListener('abort', onAbort);
    session?.control.socket.destroy();
  }
  return look;
}

async function openSession(
  options: FtpOptions,
  platform: Platform,
  signal: AbortSignal,
): Promise<FtpSession> {
  const { host, port, timeoutMs } = options;
  const socket = await platform.dialer.dial(dialTarget(options), { signal, timeoutMs });
  return new FtpSession(socket, options, platform, platform.trace.open(showPlace(host, port), []));
}

async function seeGreeting(session: FtpSession, look: Mutable<ServerLook>): Promise<void> {
  const { clock } = session.platform;
  const startedMs = clock.monotonicMs();
  await awaitGreeting(session);
  const lines = session.greeting.split('\n').map((line) => printable(line));
  look.greeting = { text: lines.join('\n'), elapsedMs: clock.monotonicMs() - startedMs };
}

async function seeTls(session: FtpSession, signal: AbortSignal, look: Mutable<ServerLook>): Promise<void> {
  const { options, platform, control } = session;
  session.enterPhase('tls', 'TLS hand-shake');
  const startedMs = platform.clock.monotonicMs();
  const context = await tlsContext(options.tls, platform.files);
  const { look: seen, secured } = await lookAtTls(control.detach(), {
    context,
    serverName: options.tls.serverName ?? options.host,
    pins: options.tls.pins,
    place: control.context.place,
    clock: platform.clock,
    timeoutMs: options.timeoutMs,
    signal,
  });
  control.attach(secured);
  look.tls = { ...seen, elapsedMs: platform.clock.monotonicMs() - startedMs };
}

/** A server that counts sessions has this one off its books before the next begins. */
async function sayGoodbye(session: FtpSession): Promise<void> {
  session.enterPhase('close', 'QUIT');
  await session.ask('QUIT').catch(() => undefined);
}
