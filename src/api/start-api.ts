import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Server as SecureServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import { TransferError, asTransferError } from '../core/transfer-error.js';
import type { DaemonFace } from '../engine/daemon/daemon-face.js';
import { removeDaemonFile, writeDaemonFile } from '../engine/daemon/daemon-file.js';
import type { ApiSettings } from '../rules/house-settings.js';
import { isLoopback } from './access/peer.js';
import { newToken, tokenHash } from './access/token-text.js';
import { buildApi, type ApiFailure } from './build-api.js';

/** More connections than this at a time are closed as they come. */
const MAX_CONNECTIONS = 1024;
const MAX_PEM_BYTES = 1024 * 1024;

export interface StartedApi {
  /** Where it listens, such as `http://127.0.0.1:4480`. */
  readonly url: string;
  /** Takes no more requests, ends the streams, removes `daemon.json`. Idempotent. */
  close(): Promise<void>;
}

interface Pem {
  readonly certificate: Buffer;
  readonly key: Buffer;
}

/**
 * Serves the API as the settings say, and leaves `daemon.json` for the commands on this machine. Rejects with
 * SETTINGS_INVALID for an address that would be open to others without TLS or a certificate that cannot be used, REFUSED
 * for a port that is taken.
 */
export async function startApi(face: DaemonFace, report: (failure: ApiFailure) => void): Promise<StartedApi> {
  const settings = face.book().api;
  refuseOpenAddress(settings);
  const pem = await readPem(face, settings);
  const localToken = newToken();
  const app = await buildApi(face, {
    localTokenHash: tokenHash(localToken),
    ...(pem === undefined ? {} : { tls: pem }),
    withProcessMetrics: true,
    report,
  });
  const url = await listen(app, settings);
  app.server.maxConnections = MAX_CONNECTIONS;
  const announce = (certificate: Pem | undefined) => writeAnnouncement(face, url, localToken, certificate);
  const stopRenewing = renewCertificate(app, face, announce, report);
  const close = async () => {
    stopRenewing();
    await removeDaemonFile(face.stateFolder, localToken);
    await app.close();
  };
  try {
    await announce(pem);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close };
}

function writeAnnouncement(
  face: DaemonFace,
  url: string,
  token: string,
  pem: Pem | undefined,
): Promise<void> {
  const { startedMs, stateFolder, platform } = face;
  return writeDaemonFile(stateFolder, {
    url,
    pid: platform.host.pid,
    startedMs,
    token,
    ...(pem === undefined ? {} : { certificate: pem.certificate.toString('utf8') }),
  });
}

function refuseOpenAddress({ address, tls }: ApiSettings): void {
  if (tls !== undefined || isLoopback(address)) return;
  throw settingsFailure(
    `api.address ${address} can be reached by others, and without TLS tokens would go over the line in clear`,
    'Set api.tls, or let it listen on 127.0.0.1 behind a proxy that speaks TLS.',
  );
}

async function readPem({ platform }: DaemonFace, { tls }: ApiSettings): Promise<Pem | undefined> {
  if (tls === undefined) return undefined;
  try {
    const [certificate, key] = await Promise.all([
      platform.files.readAll(tls.certificate, MAX_PEM_BYTES),
      platform.files.readAll(tls.key, MAX_PEM_BYTES),
    ]);
    if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) {
      throw settingsFailure(
        `api.tls: ${tls.key} is not the key of ${tls.certificate}`,
        'Name the two that belong together.',
      );
    }
    return { certificate, key };
  } catch (error) {
    if (error instanceof TransferError) throw error;
    throw settingsFailure(
      `api.tls: ${tls.certificate} and ${tls.key} cannot be used (${asTransferError(error, 'plan').message})`,
      'Both must be PEM files that the daemon may read.',
      error,
    );
  }
}

function settingsFailure(message: string, advice: string, cause?: unknown): TransferError {
  return new TransferError({ code: 'SETTINGS_INVALID', lastCode: -1, phase: 'plan', message, advice, cause });
}

async function listen(app: FastifyInstance, { address, port, tls }: ApiSettings): Promise<string> {
  try {
    await app.listen({ host: address, port });
  } catch (error) {
    await app.close();
    throw new TransferError({
      code: 'REFUSED',
      lastCode: -1,
      phase: 'plan',
      message: `the API cannot listen on ${address}:${port} (${asTransferError(error, 'plan').message})`,
      side: 'us',
      retry: 'config',
      advice: 'Another program may have that port; choose another by api.port.',
      cause: error,
    });
  }
  const bound = app.server.address() as AddressInfo;
  const host = reachable(bound.address);
  return `${tls === undefined ? 'http' : 'https'}://${host}:${bound.port}`;
}

/** What listens on every address is reached here by loopback. */
function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}

/** A renewed certificate counts from the next reload on, without a restart. */
function renewCertificate(
  app: FastifyInstance,
  face: DaemonFace,
  announce: (pem: Pem) => Promise<void>,
  report: (failure: ApiFailure) => void,
): () => void {
  const renew = async () => {
    const pem = await readPem(face, face.book().api);
    if (pem === undefined || !('setSecureContext' in app.server)) return;
    const { certificate: cert, key } = pem;
    (app.server as unknown as SecureServer).setSecureContext({ cert, key, minVersion: 'TLSv1.2' });
    await announce(pem);
  };
  return face.live.listen((event) => {
    if (event.type !== 'settings.reloaded' || !event.ok) return;
    void renew().catch((error: unknown) => report({ requestId: '-', target: 'api.tls', error }));
  });
}
