import { expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import type { HttpOptions } from '../../src/protocols/http/http-options.js';
import type { PartnerOptions } from '../../src/protocols/partner-options.js';
import { lookAtServer } from '../../src/protocols/server-look.js';
import { startSilentPartner, startTalkingPartner } from '../../src/simulator/tcp-partners.js';
import { sftpEndpoint } from '../platform/partner-endpoint.js';
import { testPlatform } from '../platform/test-platform.js';
import { startNginx } from '../servers/nginx.js';
import { startOpenssh } from '../servers/openssh.js';

function stopping<Server extends { stop(): Promise<void> }>(server: Server): Server {
  onTestFinished(() => server.stop());
  return server;
}

const look = (options: PartnerOptions, allHostKeys = false) =>
  lookAtServer(options, testPlatform(), { signal: new AbortController().signal, allHostKeys });

function httpOptions(place: { host: string; port: number; ca?: string }): HttpOptions {
  return {
    kind: 'http',
    host: place.host,
    port: place.port,
    security: place.ca === undefined ? 'none' : 'tls',
    tls: { ca: place.ca === undefined ? [] : [place.ca], pins: [] },
    webdav: false,
    login: { kind: 'auto', user: 'tally', password: new Secret('never sent') },
    headers: [],
    upload: { method: 'put' },
    maxRedirects: 5,
    timeoutMs: 500,
    proxies: [],
  };
}

it('OpenSSH shows all its host keys to who asks for all, and no more than needed to others', async () => {
  const server = stopping(await startOpenssh());
  const { options } = sftpEndpoint({ ...server, fingerprints: server.hostKeys.slice(0, 1) });
  const all = await look(options as PartnerOptions, true);
  expect(all.failure).toBeUndefined();
  expect(all.ssh?.hostKeys.map(({ fingerprint }) => fingerprint).sort()).toEqual([...server.hostKeys].sort());
  expect(all.ssh).toMatchObject({ strictKeyExchange: true, agreed: { cipher: 'aes128-gcm@openssh.com' } });
  expect(all.ssh?.theirs.kex).toContain('kex-strict-s-v00@openssh.com');
  const some = await look(options as PartnerOptions);
  expect(some.ssh?.hostKeys).toMatchObject([{ fingerprint: server.hostKeys[0], standing: 'pinned' }]);
});

it('a web server is asked without a login, and names its ways to log in and its time', async () => {
  const server = stopping(await startNginx({ security: 'tls' }));
  const seen = await look(httpOptions({ ...server, ca: server.ca ?? '' }));
  expect(seen.failure).toBeUndefined();
  expect(seen.greeting?.text).toMatch(/^HTTP\/1\.1 401 Unauthorized, nginx/);
  expect(seen.loginMethods).toEqual(['basic']);
  expect(seen.tls?.problem).toBeUndefined();
  const { serverMs = 0, ourMs = 0 } = seen.clock ?? {};
  expect(Math.abs(serverMs - ourMs)).toBeLessThan(60_000);
});

it('nothing is asked of a web server whose certificate is not trusted', async () => {
  const server = stopping(await startNginx({ security: 'tls' }));
  const options = httpOptions({ ...server, ca: server.ca ?? '' });
  const seen = await look({ ...options, tls: { ca: [], pins: [] } });
  expect(seen.tls?.problem).toMatch(/issuer is not known/);
  expect(seen.greeting).toBeUndefined();
});

it.each([
  ['says nothing', () => startSilentPartner(), { code: 'TIMEOUT', lastCode: 2000 }],
  ['closes at once', () => startTalkingPartner('', 'close'), { code: 'CONNECTION_LOST', lastCode: 10_054 }],
  [
    'is none',
    () => startTalkingPartner('220 ftp ready\r\n\r\n'),
    { code: 'PROTOCOL_VIOLATION', lastCode: 10_053 },
  ],
  [
    'never ends its head',
    () => startTalkingPartner(`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`),
    { code: 'LIMIT_EXCEEDED', lastCode: 10_053 },
  ],
] as const)('a web server that %s', async (_what, start, expected) => {
  const partner = stopping(await start());
  const seen = await look(httpOptions({ host: '127.0.0.1', port: partner.port }));
  expect(seen.failure).toMatchObject(expected);
});

it('a cancel ends a look at once', async () => {
  const partner = stopping(await startSilentPartner());
  const controller = new AbortController();
  const options = { ...httpOptions({ host: '127.0.0.1', port: partner.port }), timeoutMs: 60_000 };
  const looking = lookAtServer(options, testPlatform(), { signal: controller.signal, allHostKeys: false });
  controller.abort();
  await expect(looking).rejects.toMatchObject({ code: 'CANCELLED' });
});
