import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { Clock } from '../core/clock.js';
import { printable } from '../core/printable.js';
import { cancelledError, TransferError } from '../core/transfer-error.js';
import { EFT_INTERNAL_TIMEOUT, WSAECONNABORTED } from '../core/winsock.js';
import { socketError } from './socket-errors.js';
import { bearsName, certificateProblem, isAddress, isPinned, publicKeyPin } from './tls-certificate.js';

/** TLS around a connection that stands. */
export interface TlsUpgrade {
  readonly context: SecureContext;
  /** The name that the certificate must bear, and that is sent as SNI when it is no address. */
  readonly serverName: string;
  /** When any is given: these replace the check of chain, name and dates. */
  readonly pins: readonly string[];
  /** The other end as the user knows it, for messages. */
  readonly place: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** A session of the same server to resume. */
  readonly session?: Buffer | undefined;
  /** Called for every session or ticket that the server hands out, also after the hand-shake. */
  readonly onSession?: (session: Buffer) => void;
}

/**
 * Shakes hands and checks the server before anything is sent. Rejects with CERTIFICATE_REJECTED (10053) saying
 * what is wrong and which pin would trust it, TLS_FAILED (10053), TIMEOUT (2000), or what became of the socket;
 * the socket is then closed.
 */
export function upgradeToTls(socket: Duplex, upgrade: TlsUpgrade): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    if (upgrade.signal.aborted) {
      socket.destroy();
      return reject(cancelledError(upgrade.signal, 'tls'));
    }
    let certificate: X509Certificate | undefined;
    const secured = connect({
      ...connectOptions(socket, upgrade),
      checkServerIdentity: () => nameProblem(certificate, upgrade.serverName),
    });
    const settle = (error?: TransferError) => {
      timer.cancel();
      upgrade.signal.removeEventListener('abort', onAbort);
      secured.removeListener('error', onError);
      secured.removeListener('close', onClose);
      secured.removeListener('secureConnect', onSecure);
      if (error === undefined) return resolve(secured);
      secured.on('error', ignoreFromNowOn);
      // This closes the socket below too. To destroy that one by itself crashes Node 20.20.
      secured.destroy();
      reject(error);
    };
    const onError = (error: Error) => settle(handshakeError(error, certificate, upgrade));
    const onClose = () => settle(handshakeError(closedDuringHandshake(), certificate, upgrade));
    const onSecure = () => settle(pinProblem(secured, certificate, upgrade));
    const onAbort = () => settle(cancelledError(upgrade.signal, 'tls'));
    const timer = upgrade.clock.startTimer(upgrade.timeoutMs, () => settle(handshakeTimeout(upgrade)));
    // Once a certificate is refused the socket is gone, and with it the certificate: this comes before.
    secured.prependOnceListener('secure', () => {
      certificate = secured.getPeerX509Certificate();
    });
    secured.once('error', onError);
    secured.once('close', onClose);
    secured.once('secureConnect', onSecure);
    upgrade.signal.addEventListener('abort', onAbort, { once: true });
    const { onSession } = upgrade;
    if (onSession !== undefined) secured.on('session', onSession);
  });
}

function connectOptions(socket: Duplex, upgrade: TlsUpgrade) {
  const { serverName, session, context, pins } = upgrade;
  return {
    socket,
    secureContext: context,
    rejectUnauthorized: pins.length === 0,
    // RFC 6066, section 3: an address is no server name.
    ...(isAddress(serverName) ? {} : { servername: serverName }),
    ...(session === undefined ? {} : { session }),
  };
}

/**
 * In place of Node's own check, which sees an empty certificate once another listener has asked for it (20.20),
 * and which knows no IPv6 address in some releases (nodejs/node#64144).
 */
function nameProblem(certificate: X509Certificate | undefined, name: string): Error | undefined {
  if (certificate !== undefined && bearsName(certificate, name)) return undefined;
  return Object.assign(new Error('wrong name'), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
}

/** A resumed session needs no second look: only the server that was pinned can know its secret. */
function pinProblem(
  secured: TLSSocket,
  certificate: X509Certificate | undefined,
  upgrade: TlsUpgrade,
): TransferError | undefined {
  if (upgrade.pins.length === 0) return undefined;
  if (certificate === undefined) return secured.isSessionReused() ? undefined : noCertificate(upgrade);
  if (isPinned(certificate, upgrade.pins)) return undefined;
  return certificateRejected(upgrade, certificate, 'its public key is none of the pinned ones');
}

/** What broke off a hand-shake, as a TransferError. */
export function handshakeError(
  error: NodeJS.ErrnoException,
  certificate: X509Certificate | undefined,
  upgrade: Pick<TlsUpgrade, 'place' | 'serverName'>,
): TransferError {
  const problem = certificateProblem(error.code, certificate, upgrade.serverName);
  if (problem !== undefined) return certificateRejected(upgrade, certificate, problem, error);
  const place = `${upgrade.place}: TLS hand-shake`;
  if (isFromTls(error)) {
    return new TransferError({
      code: 'TLS_FAILED',
      lastCode: WSAECONNABORTED,
      phase: 'tls',
      message: `${place}: ${printable(reasonOf(error))}`,
      sessionLost: true,
      cause: error,
    });
  }
  return socketError(error, { phase: 'tls', place });
}

/** OpenSSL's reasons come as ERR_SSL_*, or as EPROTO where no reason is named. */
function isFromTls(error: NodeJS.ErrnoException): boolean {
  return (
    error.code === 'EPROTO' ||
    (error.code?.startsWith('ERR_SSL_') ?? false) ||
    (error.code?.startsWith('ERR_TLS_') ?? false)
  );
}

function reasonOf(error: Error & { reason?: unknown; code?: unknown }): string {
  if (typeof error.reason === 'string') return error.reason;
  return typeof error.code === 'string' ? error.code : error.message;
}

function certificateRejected(
  upgrade: Pick<TlsUpgrade, 'place'>,
  certificate: X509Certificate | undefined,
  problem: string,
  cause?: unknown,
): TransferError {
  const pin = certificate === undefined ? '' : `; its public key is ${publicKeyPin(certificate)}`;
  return new TransferError({
    code: 'CERTIFICATE_REJECTED',
    lastCode: WSAECONNABORTED,
    phase: 'tls',
    message: `${upgrade.place}: the server's certificate is refused: ${problem}${pin}`,
    sessionLost: true,
    cause,
  });
}

function noCertificate(upgrade: TlsUpgrade): TransferError {
  return certificateRejected(upgrade, undefined, 'the server showed none');
}

export function handshakeTimeout({
  place,
  timeoutMs,
}: Pick<TlsUpgrade, 'place' | 'timeoutMs'>): TransferError {
  return new TransferError({
    code: 'TIMEOUT',
    lastCode: EFT_INTERNAL_TIMEOUT,
    phase: 'tls',
    message: `${place}: no end of the TLS hand-shake within ${timeoutMs / 1000} s`,
    sessionLost: true,
  });
}

export function closedDuringHandshake(): NodeJS.ErrnoException {
  return Object.assign(new Error('closed'), { code: 'ECONNRESET' });
}

/** The failure was told already; what the dying socket says after it is of no interest. */
function ignoreFromNowOn(): void {}
