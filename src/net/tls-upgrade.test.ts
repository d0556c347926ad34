import { once } from 'node:events';
import { createServer, connect as connectTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions as ServerOptions, type TLSSocket } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { Secret } from '../core/secret.js';
import { testPlatform } from '../../test/platform/test-platform.js';
import { readTestKey } from '../../test/servers/test-keys.js';
import { publicKeyPin } from './tls-certificate.js';
import type { TlsOptions } from './tls-options.js';
import { tlsContext } from './tls-trust.js';
import { upgradeToTls, type TlsUpgrade } from './tls-upgrade.js';

const platform = testPlatform();
const authority = readTestKey('ca.crt');
const open: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of open.splice(0)) server.close();
});

type CertificateName = 'valid' | 'expired' | 'self-signed' | 'wrong-name';

async function listen(server: Server): Promise<number> {
  open.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function tlsServer(name: CertificateName, options: ServerOptions = {}): Promise<number> {
  const server = createTlsServer({
    key: readTestKey(`${name}.key`),
    cert: readTestKey(`${name}.crt`),
    ...options,
  });
  server.on('secureConnection', (socket) => socket.on('error', () => undefined));
  return listen(server);
}

interface Wishes {
  readonly tls?: Partial<TlsOptions>;
  readonly upgrade?: Partial<TlsUpgrade>;
}

/** Connects and shakes hands; the raw socket is given too, to see that it is closed. */
async function shakeHands(
  port: number,
  wishes: Wishes = {},
): Promise<{ secured: Promise<TLSSocket>; raw: Socket }> {
  const raw = connectTcp(port, '127.0.0.1');
  await once(raw, 'connect');
  const tls: TlsOptions = { ca: [authority], pins: [], ...wishes.tls };
  const secured = upgradeToTls(raw, {
    context: await tlsContext(tls, platform.files),
    serverName: 'localhost',
    pins: tls.pins,
    place: 'ftp.acme.example:21',
    clock: platform.clock,
    timeoutMs: 5_000,
    signal: new AbortController().signal,
    ...wishes.upgrade,
  });
  return { secured, raw };
}

async function failure(port: number, wishes: Wishes = {}): Promise<Error> {
  const { secured, raw } = await shakeHands(port, wishes);
  const error = await secured.then(
    () => {
      throw new Error('the hand-shake went well');
    },
    (reason: Error) => reason,
  );
  if (!raw.closed) await once(raw, 'close');
  return error;
}

function pinOf(name: CertificateName): string {
  return publicKeyPin(new X509Certificate(readTestKey(`${name}.crt`)));
}

describe('a server that is to be trusted', () => {
  it.each(['localhost', '127.0.0.1', '::1'])(
    'is, by its authority, under its name %s',
    async (serverName) => {
      const { secured } = await shakeHands(await tlsServer('valid'), { upgrade: { serverName } });
      (await secured).destroy();
    },
  );

  it.each<CertificateName>(['valid', 'expired', 'self-signed', 'wrong-name'])(
    'is by its pin, whatever else is wrong: %s',
    async (name) => {
      const port = await tlsServer(name);
      for (const pin of [pinOf(name), `${pinOf(name)}=`]) {
        const { secured } = await shakeHands(port, { tls: { ca: [], pins: ['SHA256:other', pin] } });
        (await secured).destroy();
      }
    },
  );

  it.each(['1.2', '1.3'] as const)('is in TLS %s when that is all it may be', async (version) => {
    const { secured } = await shakeHands(await tlsServer('valid'), {
      tls: { minVersion: version, maxVersion: version },
    });
    expect((await secured).getProtocol()).toBe(`TLSv${version}`);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'hands out sessions in %s that can be resumed, with and without a pin',
    async (version) => {
      const port = await tlsServer('valid', { maxVersion: version, minVersion: version });
      for (const pins of [[], [pinOf('valid')]]) {
        const tls = { ca: [authority], pins };
        const tickets: Buffer[] = [];
        const onSession = (ticket: Buffer) => void tickets.push(ticket);
        const first = await (await shakeHands(port, { tls, upgrade: { onSession } })).secured;
        first.resume();
        if (tickets.length === 0) await once(first, 'session');
        const second = await (await shakeHands(port, { tls, upgrade: { session: tickets[0] } })).secured;
        expect(second.isSessionReused()).toBe(true);
      }
    },
  );

  it('learns who we are by our certificate', async () => {
    const seen: (string | undefined)[] = [];
    const server = createTlsServer({
      key: readTestKey('valid.key'),
      cert: readTestKey('valid.crt'),
      ca: authority,
      requestCert: true,
      rejectUnauthorized: true,
    });
    server.on('secureConnection', (socket) => seen.push(socket.getPeerX509Certificate()?.subject));
    const clientCertificate = {
      certificate: readTestKey('wrong-name.crt'),
      key: new Secret(readTestKey('wrong-name.key')),
    };
    const { secured } = await shakeHands(await listen(server), { tls: { clientCertificate } });
    const seenOnce = once(server, 'secureConnection');
    (await secured).resume();
    if (seen.length === 0) await seenOnce;
    expect(seen).toEqual([new X509Certificate(readTestKey('wrong-name.crt')).subject]);
  });
});

describe('a certificate', () => {
  it.each<[string, CertificateName, Wishes, RegExp]>([
    ['expired', 'expired', {}, /it has expired/],
    ['self-signed', 'self-signed', {}, /it is self-signed/],
    ['made for another name', 'wrong-name', {}, /it is not for localhost but for /],
    [
      'made for another address',
      'wrong-name',
      { upgrade: { serverName: '127.0.0.1' } },
      /it is not for 127\.0\.0\.1/,
    ],
    ['of an unknown issuer', 'valid', { tls: { ca: [] } }, /its issuer is not known here/],
    [
      'other than the pinned one',
      'valid',
      { tls: { pins: ['SHA256:other'] } },
      /its public key is none of the pinned ones/,
    ],
  ])(
    'that is %s is refused with the reason and the pin that would trust it',
    async (_what, name, wishes, reason) => {
      const error = await failure(await tlsServer(name), wishes);
      expect(error).toMatchObject({
        code: 'CERTIFICATE_REJECTED',
        lastCode: 10053,
        phase: 'tls',
        retry: 'config',
        sessionLost: true,
      });
      expect(error.message).toMatch(reason);
      expect(error.message).toContain(`ftp.acme.example:21`);
      expect(error.message).toContain(pinOf(name));
    },
  );
});

describe('a hand-shake', () => {
  it('with a server that speaks no TLS is TLS_FAILED', async () => {
    const port = await listen(createServer((socket) => void socket.write('220 ready\r\n')));
    expect(await failure(port)).toMatchObject({ code: 'TLS_FAILED', lastCode: 10053, phase: 'tls' });
  });

  it('without a common version is TLS_FAILED', async () => {
    const port = await tlsServer('valid', { maxVersion: 'TLSv1.2' });
    expect(await failure(port, { tls: { minVersion: '1.3' } })).toMatchObject({
      code: 'TLS_FAILED',
      lastCode: 10053,
    });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['closed', (socket) => void socket.end()],
    ['reset', (socket) => void socket.resetAndDestroy()],
  ])('that the server has %s is CONNECTION_LOST with the number of the socket', async (_how, end) => {
    const port = await listen(createServer((socket) => void socket.once('data', () => end(socket))));
    expect(await failure(port)).toMatchObject({ code: 'CONNECTION_LOST', lastCode: 10054, phase: 'tls' });
  });

  it('that does not end in time is TIMEOUT with EFT’s 2000', async () => {
    const port = await listen(createServer());
    expect(await failure(port, { upgrade: { timeoutMs: 100 } })).toMatchObject({
      code: 'TIMEOUT',
      lastCode: 2000,
      phase: 'tls',
    });
  });

  it.each([0, 50])('is CANCELLED at once, %d ms after its start', async (delayMs) => {
    const port = await listen(createServer());
    const abort = new AbortController();
    setTimeout(() => abort.abort(), delayMs);
    expect(await failure(port, { upgrade: { signal: abort.signal } })).toMatchObject({ code: 'CANCELLED' });
  });

  it('is not begun once cancelled', async () => {
    const port = await listen(createServer());
    expect(await failure(port, { upgrade: { signal: AbortSignal.abort() } })).toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('the trust', () => {
  const options = (changes: Partial<TlsOptions> = {}): TlsOptions => ({ ca: [], pins: [], ...changes });

  it.each<[string, Partial<TlsOptions>]>([
    ['a CA that is none', { ca: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'] }],
    [
      'a key that does not fit',
      {
        clientCertificate: {
          certificate: readTestKey('valid.crt'),
          key: new Secret(readTestKey('expired.key')),
        },
      },
    ],
  ])('with %s is a mistake in the settings', async (_what, changes) => {
    await expect(tlsContext(options(changes), platform.files)).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      lastCode: -1,
    });
  });

  it('shows nothing of a private key that cannot be used', async () => {
    const key = new Secret('-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----');
    const failed = tlsContext(
      options({ clientCertificate: { certificate: readTestKey('valid.crt'), key } }),
      platform.files,
    );
    const error = (await failed.catch((reason: unknown) => reason)) as Error;
    expect(`${error.message} ${String(error.cause)}`).not.toContain('hunter2');
  });

  it('is made once for the same options', async () => {
    const same = options();
    expect(await tlsContext(same, platform.files)).toBe(await tlsContext(same, platform.files));
  });

  it('includes the CAs of the machine', async () => {
    const files = {
      ...platform.files,
      readAll: (path: string) =>
        path.startsWith('/etc/pki')
          ? Promise.resolve(Buffer.from(authority))
          : Promise.reject(new Error('ENOENT')),
    };
    const context = await tlsContext(options(), files);
    const { secured } = await shakeHands(await tlsServer('valid'), { upgrade: { context } });
    (await secured).destroy();
  });
});
