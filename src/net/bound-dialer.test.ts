import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { testPlatform } from '../../test/platform/test-platform.js';
import { startFtpPartner } from '../simulator/ftp-partner.js';
import { startSftpPartner } from '../simulator/sftp-partner.js';
import { createClient } from '../protocols/protocol-registry.js';
import type { Endpoint } from '../transfers/endpoint.js';
import { ftpEndpoint, sftpEndpoint } from '../../test/platform/partner-endpoint.js';
import { temporaryFolder } from '../../test/platform/temporary-folder.js';
import { boundDialer } from './bound-dialer.js';

/** The addresses that connections came from. */
async function listening() {
  const callers: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    callers.push(socket.remoteAddress);
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return { callers, port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
}

it('connects from its own address, unless the caller names another', async () => {
  const { callers, port } = await listening();
  const dialer = boundDialer('127.0.0.9', testPlatform().dialer);
  const options = { signal: new AbortController().signal, timeoutMs: 5_000 };
  const target = { host: '127.0.0.1', port };
  for (const socket of [
    await dialer.dial(target, options),
    await dialer.dial({ ...target, localAddress: '127.0.0.10' }, options),
  ])
    socket.destroy();
  expect(callers).toEqual(['127.0.0.9', '127.0.0.10']);
});

it.each(['ftp', 'sftp'] as const)(
  'a session over %s comes from the bind address of its connection',
  async (kind) => {
    const root = await temporaryFolder();
    const made: string[] = [];
    const platform = testPlatform();
    const { dialer } = platform;
    const watched = {
      ...platform,
      dialer: {
        dial: async (...[target, options]: Parameters<typeof dialer.dial>) => {
          const socket = await dialer.dial(target, options);
          made.push(socket.localAddress ?? '');
          return socket;
        },
        listen: dialer.listen.bind(dialer),
        lookup: dialer.lookup.bind(dialer),
      },
    };
    let endpoint: Endpoint;
    if (kind === 'ftp') {
      const partner = await startFtpPartner({ root, user: 'u', password: 'p' });
      onTestFinished(() => partner.stop());
      endpoint = ftpEndpoint(partner);
    } else {
      const partner = await startSftpPartner({ root, user: 'u', password: 'p' });
      onTestFinished(() => partner.stop());
      endpoint = sftpEndpoint({ ...partner, fingerprints: [partner.hostKeyFingerprint] });
    }
    const { signal } = new AbortController();
    const client = await createClient(
      { ...endpoint.options, bindAddress: '127.0.0.9' } as Endpoint['options'],
      watched,
    );
    await client.connect({ signal });
    for await (const entry of client.list('/' as never, { signal })) expect(entry).toBeUndefined();
    await client.close();
    expect(new Set(made)).toEqual(new Set(['127.0.0.9']));
    expect(made).toHaveLength(kind === 'ftp' ? 2 : 1);
  },
);
