import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { remotePath } from '../../src/core/remote-path.js';
import { publicKeyPin } from '../../src/net/tls-certificate.js';
import { FtpClient } from '../../src/protocols/ftp/ftp-client.js';
import type { FtpOptions } from '../../src/protocols/ftp/ftp-options.js';
import { testPlatform } from '../platform/test-platform.js';
import { startProftpd } from '../servers/proftpd.js';
import { startPureFtpd } from '../servers/pure-ftpd.js';
import type { TestServer } from '../servers/test-server.js';
import { startVsftpd } from '../servers/vsftpd.js';
import { chunks, KeepingSink, noise } from '../suites/bytes.js';
import { ftpOptions } from '../suites/targets/ftp-target.js';

const call = { signal: new AbortController().signal };
const TRANSFERS = 100;

/** All that insist, where they can, that data connections resume the TLS session. */
const SERVERS = {
  ProFTPD: (tlsVersion: '1.2' | '1.3', security: 'explicit' | 'implicit') =>
    startProftpd({ security, tlsVersions: [tlsVersion] }),
  vsftpd: (tlsVersion: '1.2' | '1.3', security: 'explicit' | 'implicit') =>
    startVsftpd({ security, tlsVersions: [tlsVersion] }),
  'Pure-FTPd': (tlsVersion: '1.2' | '1.3') =>
    startPureFtpd({ security: 'explicit', tlsVersions: [tlsVersion] }),
};

const WAYS = (['ProFTPD', 'vsftpd', 'Pure-FTPd'] as const).flatMap((name) =>
  (['1.2', '1.3'] as const).flatMap((version) =>
    (['explicit', 'implicit'] as const)
      .filter((security) => name !== 'Pure-FTPd' || security === 'explicit')
      .map((security) => ({ name, version, security })),
  ),
);

async function withSession<T>(
  server: TestServer,
  changes: Partial<FtpOptions>,
  work: (client: FtpClient) => Promise<T>,
): Promise<T> {
  const client = new FtpClient(ftpOptions(server, changes), testPlatform());
  try {
    await client.connect(call);
    return await work(client);
  } finally {
    await client.close();
  }
}

function connectFailure(server: TestServer, changes: Partial<FtpOptions>): Promise<unknown> {
  return withSession(server, changes, () => Promise.resolve()).then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function roundTrip(
  client: FtpClient,
  server: TestServer,
  name: string,
  sizeBytes: number,
): Promise<void> {
  const content = noise(sizeBytes);
  const path = remotePath(`/${name}`);
  await client.write(path, chunks(content), call);
  expect(readFileSync(join(server.root, name)).equals(content)).toBe(true);
  const sink = new KeepingSink();
  await client.read(path, sink, call);
  expect(sink.bytes.equals(content)).toBe(true);
}

describe.each(WAYS)('$name, $security TLS $version', ({ name, version, security }) => {
  it(`makes ${TRANSFERS} data connections in a row in one session`, async () => {
    await using server = await SERVERS[name](version, security);
    await withSession(server, { security }, async (client) => {
      for (let count = 0; count < TRANSFERS / 2; count += 1)
        await roundTrip(client, server, `file ü ${count % 3}`, 1_000 * count);
      for await (const entry of client.list(remotePath('/'), call)) expect(entry.name).toMatch(/^file ü/);
    });
  });

  it('takes active mode too', async () => {
    await using server = await SERVERS[name](version, security);
    await withSession(server, { security, dataMode: 'active' }, (client) =>
      roundTrip(client, server, 'active', 300_000),
    );
  });
});

describe.each(['ProFTPD', 'vsftpd'] as const)('%s', (name) => {
  const start = (certificate: 'valid' | 'expired' | 'self-signed' | 'wrong-name') =>
    name === 'ProFTPD'
      ? startProftpd({ security: 'explicit', certificate })
      : startVsftpd({ security: 'explicit', certificate });

  it.each([
    ['expired', /it has expired/],
    ['self-signed', /it is self-signed/],
    ['wrong-name', /it is not for 127\.0\.0\.1/],
  ] as const)('with a certificate that is %s gets no password', async (certificate, reason) => {
    await using server = await start(certificate);
    const error = await connectFailure(server, { security: 'explicit' });
    expect(error).toMatchObject({ code: 'CERTIFICATE_REJECTED', lastCode: 10053, phase: 'tls' });
    expect((error as Error).message).toMatch(reason);
    expect(server.log()).not.toContain('USER');
  });

  it('is trusted by its pin, on data connections too', async () => {
    await using server = await start('self-signed');
    const pins = [publicKeyPin(new X509Certificate(server.certificate ?? ''))];
    await withSession(server, { security: 'explicit', tls: { ca: [], pins } }, async (client) => {
      for (let count = 0; count < 3; count += 1) await roundTrip(client, server, 'pinned', 10_000);
    });
  });

  it('that speaks plain FTP only is no place for a session that asked for TLS', async () => {
    await using server = name === 'ProFTPD' ? await startProftpd() : await startVsftpd();
    expect(await connectFailure(server, { security: 'explicit' })).toMatchObject({
      code: 'TLS_FAILED',
      phase: 'tls',
    });
    expect(await connectFailure(server, { security: 'implicit' })).toMatchObject({
      code: 'TLS_FAILED',
      lastCode: 10053,
      phase: 'tls',
    });
  });

  it('that has no common TLS version is TLS_FAILED', async () => {
    const options = { security: 'explicit', tlsVersions: ['1.2'] } as const;
    await using server = name === 'ProFTPD' ? await startProftpd(options) : await startVsftpd(options);
    const tls = { ca: [server.ca ?? ''], pins: [], minVersion: '1.3' } as const;
    expect(await connectFailure(server, { security: 'explicit', tls })).toMatchObject({
      code: 'TLS_FAILED',
      lastCode: 10053,
    });
  });

  it('that insists on protected data refuses a session that wants it clear', async () => {
    await using server = await start('valid');
    const failure = withSession(server, { security: 'explicit', dataProtection: 'clear' }, (client) =>
      roundTrip(client, server, 'clear', 100),
    );
    await expect(failure).rejects.toMatchObject({ name: 'TransferError' });
  });

  it('sends clear data where both sides want it', async () => {
    const options = { security: 'explicit', tlsRequired: 'control' } as const;
    await using server = name === 'ProFTPD' ? await startProftpd(options) : await startVsftpd(options);
    await withSession(server, { security: 'explicit', dataProtection: 'clear' }, (client) =>
      roundTrip(client, server, 'clear', 100_000),
    );
  });
});

describe('a clear command channel', () => {
  it.each([
    ['ProFTPD', '1.2', startProftpd],
    ['ProFTPD', '1.3', startProftpd],
    ['Pure-FTPd', '1.2', startPureFtpd],
    ['Pure-FTPd', '1.3', startPureFtpd],
  ] as const)('is had from %s, TLS %s', async (_name, version, start) => {
    await using server = await start({
      security: 'explicit',
      tlsRequired: 'neither',
      tlsVersions: [version],
    });
    await withSession(server, { security: 'explicit', clearCommandChannel: true }, async (client) => {
      for (let count = 0; count < 3; count += 1) await roundTrip(client, server, 'ccc', 10_000);
    });
  });

  it('that the server refuses is TLS_FAILED with its reply', async () => {
    await using server = await startProftpd({ security: 'explicit' });
    expect(await connectFailure(server, { security: 'explicit', clearCommandChannel: true })).toMatchObject({
      code: 'TLS_FAILED',
      lastCode: 534,
    });
  });
});

describe('a server that is full', () => {
  it.each([
    ['ProFTPD', startProftpd],
    ['vsftpd', startVsftpd],
    ['Pure-FTPd', startPureFtpd],
  ] as const)('is TOO_MANY_CONNECTIONS: %s', async (_name, start) => {
    await using server = await start({ maxClients: 1 });
    await withSession(server, {}, async () => {
      expect(await connectFailure(server, {})).toMatchObject({
        code: 'TOO_MANY_CONNECTIONS',
        retry: 'transient',
      });
    });
  });
});

describe('a session that idles too long', () => {
  it.each([
    ['ProFTPD', startProftpd],
    ['vsftpd', startVsftpd],
  ] as const)('is lost with 421, which says so: %s', { timeout: 60_000 }, async (_name, start) => {
    await using server = await start({ idleSeconds: 1 });
    const client = new FtpClient(ftpOptions(server), testPlatform());
    await client.connect(call);
    await expect
      .poll(
        () =>
          client.stat(remotePath('/'), call).then(
            () => 'alive',
            (error: unknown) => error,
          ),
        { interval: 2_500, timeout: 30_000 },
      )
      .toMatchObject({ code: 'SERVER_BUSY', lastCode: 421, sessionLost: true });
    await client.close();
  });

  it('stays when it is kept alive', { timeout: 60_000 }, async () => {
    await using server = await startVsftpd({ idleSeconds: 1 });
    await withSession(server, { keepAliveMs: 200 }, async (client) => {
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      writeFileSync(join(server.root, 'late'), 'x');
      expect((await client.stat(remotePath('/late'), call)).sizeBytes).toBe(1);
    });
  });
});
