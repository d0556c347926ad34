import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { socketError } from '../../src/net/socket-errors.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { startApache } from '../servers/apache.js';
import { startNginx } from '../servers/nginx.js';
import { probe } from './probing.js';

function stopping<Server extends { stop(): Promise<void> }>(server: Server): Server {
  onTestFinished(() => server.stop());
  return server;
}

describe('a web server', () => {
  it.each(['davs', 'https'])(
    'nginx by %s: certificate, ways to log in, clock by the Date field',
    async (scheme) => {
      const server = stopping(await startNginx({ security: 'tls' }));
      const ca = join(await temporaryFolder(), 'ca.pem');
      await writeFile(ca, server.ca ?? '');
      const { report, step } = await probe({
        connection: [
          `url: ${scheme}://${server.user}@${server.host}:${server.port}`,
          'password: { env: ACME }',
        ],
        environment: { ACME: server.password },
        flags: { ca: [ca] },
        write: scheme === 'davs',
      });
      expect(report.failure).toBeUndefined();
      expect(report.protocol).toBe('https');
      expect(step('greeting').lines[0]).toMatch(/^HTTP\/1\.1 401 .*nginx/);
      expect(step('tls').facts).toMatchObject({ standing: 'trusted' });
      expect(step('login').facts).toMatchObject({ offered: ['basic'] });
      expect(step('clock').verdict).toBe('ok');
      if (scheme === 'davs') expect(step('probe-file').verdict).toBe('ok');
      expect(await readdir(server.root)).toEqual([]);
    },
  );

  it('is fine though there is nothing at its root, and the code is that of a success', async () => {
    const server = stopping(await startApache());
    const { report } = await probe({
      connection: [`url: http://${server.user}@${server.host}:${server.port}`, 'password: { env: ACME }'],
      environment: { ACME: server.password },
    });
    expect(report.failure).toBeUndefined();
    expect(report.code).toBe(200);
  });

  it('a name that does not exist is 10060, as the vendor says of a web site', async () => {
    const noSuchName = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' });
    const { report } = await probe({
      connection: ['url: http://gone.example'],
      dialer: () => ({
        lookup: (host) => Promise.reject(socketError(noSuchName, { phase: 'resolve', place: host })),
      }),
    });
    expect(report.failure).toMatchObject({ code: 'HOST_NOT_FOUND', lastCode: 10_060 });
  });

  it('a wrong password fails at the login', async () => {
    const server = stopping(await startNginx());
    const { report } = await probe({
      connection: [`url: dav://${server.user}@${server.host}:${server.port}`, 'password: { env: ACME }'],
      environment: { ACME: 'another' },
    });
    expect(report.failure).toMatchObject({ code: 'AUTH_REJECTED', lastCode: 401 });
    expect(report.steps.filter(({ verdict }) => verdict === 'failed').map(({ name }) => name)).toEqual([
      'login',
    ]);
  });
});
