import type { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { cancelledError, type TransferError } from '../core/transfer-error.js';
import { bearsName, certificateProblem, isAddress, isPinned } from './tls-certificate.js';
import { closedDuringHandshake, handshakeError, handshakeTimeout, type TlsUpgrade } from './tls-upgrade.js';

/** What a server shows in a TLS hand-shake, whether or not it is to be trusted. */
export interface TlsLook {
  /** `TLSv1.3` */
  readonly version: string;
  /** By its name in the standards, `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
  /** As the server sent it, its own certificate first. */
  readonly chain: readonly X509Certificate[];
  /** One of the pins names its key. */
  readonly isPinned: boolean;
  /** Why an upgrade would refuse it, half a sentence; undefined when it is trusted. */
  readonly problem: string | undefined;
}

/** A chain that is longer leads nowhere. */
const MOST_CERTIFICATES = 10;

/**
 * Shakes hands with whoever is there and tells what they show. For looking only: the connection goes on, but nothing
 * that is secret may be sent on it before `problem` was read. Rejects as `upgradeToTls` does, a certificate that is
 * not trusted apart.
 */
export function lookAtTls(
  socket: Duplex,
  upgrade: TlsUpgrade,
): Promise<{ readonly look: TlsLook; readonly secured: TLSSocket }> {
  return new Promise((resolve, reject) => {
    const { clock, timeoutMs, signal, context, serverName } = upgrade;
    const secured = connect({
      socket,
      secureContext: context,
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
      ...(isAddress(serverName) ? {} : { servername: serverName }),
    });
    const settle = (error?: TransferError) => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      secured.removeListener('error', onError);
      secured.removeListener('close', onClose);
      if (error === undefined) return resolve({ look: lookOf(secured, upgrade), secured });
      secured.on('error', () => undefined);
      secured.destroy();
      reject(error);
    };
    const onError = (error: Error) => settle(handshakeError(error, undefined, upgrade));
    const onClose = () => settle(handshakeError(closedDuringHandshake(), undefined, upgrade));
    const onAbort = () => settle(cancelledError(signal, 'tls'));
    const timer = clock.startTimer(timeoutMs, () => settle(handshakeTimeout(upgrade)));
    secured.once('error', onError);
    secured.once('close', onClose);
    secured.once('secureConnect', () => settle());
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

function lookOf(secured: TLSSocket, { pins, serverName }: TlsUpgrade): TlsLook {
  const certificate = secured.getPeerX509Certificate();
  const cipher = secured.getCipher();
  return {
    version: secured.getProtocol() ?? 'unknown',
    cipher: cipher.standardName ?? cipher.name,
    chain: chainOf(certificate),
    isPinned: certificate !== undefined && isPinned(certificate, pins),
    problem: problemOf(secured, certificate, { pins, serverName }),
  };
}

function problemOf(
  secured: TLSSocket,
  certificate: X509Certificate | undefined,
  { pins, serverName }: Pick<TlsUpgrade, 'pins' | 'serverName'>,
): string | undefined {
  if (certificate === undefined) return 'the server showed none';
  if (pins.length > 0) {
    return isPinned(certificate, pins) ? undefined : 'its public key is none of the pinned ones';
  }
  // The type says Error, but it is the name of the check that failed (Node 20 to 24).
  const check = secured.authorizationError as unknown as string | null | undefined;
  if (typeof check === 'string') {
    return certificateProblem(check, certificate, serverName) ?? `the check ${check} failed`;
  }
  if (bearsName(certificate, serverName)) return undefined;
  return certificateProblem('ERR_TLS_CERT_ALTNAME_INVALID', certificate, serverName);
}

function chainOf(first: X509Certificate | undefined): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let next = first; next !== undefined && chain.length < MOST_CERTIFICATES;) {
    if (chain.some(({ fingerprint256 }) => fingerprint256 === next?.fingerprint256)) break;
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}
