import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/core/secret.js';
import type { HttpOptions } from '../../src/protocols/http/http-options.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { runBatchFixture } from '../platform/batch-fixture.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { testPlatform } from '../platform/test-platform.js';
import { startApache } from '../servers/apache.js';
import { startNginx } from '../servers/nginx.js';
import { readTestKey } from '../servers/test-keys.js';
import type { TestServer } from '../servers/test-server.js';
import { noise } from '../suites/bytes.js';
import { httpOptions } from '../suites/targets/http-target.js';

export function httpEndpoint(server: TestServer, changes: Partial<HttpOptions> = {}): Endpoint {
  const options = httpOptions(server, changes);
  return {
    label: server.name,
    options,
    columns: {
      protocol: options.security === 'none' ? 'http' : 'https',
      host: server.host,
      port: server.port,
      user: server.user,
    },
    maxConnections: 4,
    finalName: 'temporary',
  };
}

async function owned(starting: Promise<TestServer>): Promise<TestServer> {
  const server = await starting;
  onTestFinished(() => server.stop());
  return server;
}

const CONTENT = noise(300_000);

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

describe.each([
  ['WebDAV on Apache with Digest', () => startApache({ login: 'digest' }), true],
  ['WebDAV on Apache over TLS', () => startApache({ security: 'tls' }), true],
  ['WebDAV on nginx', () => startNginx(), true],
  ['PUT on nginx over TLS', () => startNginx({ security: 'tls', webdav: false }), false],
] as const)('%s', (_name, start, webdav) => {
  it('a file goes up and comes down again, each with its code', async () => {
    const server = await owned(start());
    const endpoint = httpEndpoint(server, { webdav });
    const local = await temporaryFolder();
    writeFileSync(join(local, 'a.dat'), CONTENT);
    writeFileSync(join(server.root, 'a.dat'), 'the old one');
    const up = await runBatchFixture(testPlatform(), {
      source: join(local, 'a.dat'),
      destination: '/a.dat',
      destinationEndpoint: endpoint,
      transfer: { verify: 'checksum' },
    });
    const failure = up.result.failures[0]?.error ?? up.result.stoppedBy;
    expect(up.lines, failure?.message).toEqual([expect.stringMatching(/^0 20[14]$/)]);
    expect(readdirSync(server.root)).toEqual(['a.dat']);
    expect(readFileSync(join(server.root, 'a.dat')).equals(CONTENT)).toBe(true);
    const down = await runBatchFixture(testPlatform(), {
      source: '/a.dat',
      destination: join(local, 'back.dat'),
      sourceEndpoint: endpoint,
      operation: 'download',
      transfer: { removeSource: true, keepTime: true },
    });
    expect(down.lines, down.result.failures[0]?.error.message).toEqual(['0 200']);
    expect(sha256(join(local, 'back.dat'))).toBe(sha256(join(local, 'a.dat')));
    expect(readdirSync(server.root)).toEqual([]);
  });
});

it('a mask is listed over WebDAV, with folders below, and put up again with them', async () => {
  const server = await owned(startApache());
  const endpoint = httpEndpoint(server, { webdav: true });
  mkdirSync(join(server.root, 'out/2026'), { recursive: true });
  for (const name of ['out/a.csv', 'out/b & c.csv', 'out/2026/ü.csv', 'out/x.txt'])
    writeFileSync(join(server.root, name), name);
  const local = await temporaryFolder();
  const down = await runBatchFixture(testPlatform(), {
    source: '/out/*.csv',
    destination: `${local}/`,
    sourceEndpoint: endpoint,
    operation: 'download',
    recursive: true,
  });
  expect(down.result.succeeded, down.result.stoppedBy?.message).toBe(3);
  expect(readdirSync(local, { recursive: true }).map(String).sort()).toEqual([
    '2026',
    '2026/ü.csv',
    'a.csv',
    'b & c.csv',
  ]);
  const up = await runBatchFixture(testPlatform(), {
    source: local,
    destination: '/in/',
    destinationEndpoint: endpoint,
    recursive: true,
  });
  expect(up.result.succeeded, up.result.stoppedBy?.message ?? up.result.failures[0]?.error.message).toBe(3);
  expect(readFileSync(join(server.root, 'in/2026/ü.csv'), 'utf8')).toBe('out/2026/ü.csv');
});

it.each([
  ['Apache', () => startApache(), true, 409],
  ['nginx', () => startNginx({ webdav: false }), false, 500],
] as const)(
  '%s has no folder for the file: that is said, with what to do',
  async (_name, start, webdav, code) => {
    const server = await owned(start());
    const local = await temporaryFolder();
    writeFileSync(join(local, 'a.dat'), CONTENT);
    const run = await runBatchFixture(testPlatform(), {
      source: join(local, 'a.dat'),
      destination: '/none/',
      destinationEndpoint: httpEndpoint(server, { webdav }),
      transfer: { retries: 2 },
    });
    expect(run.lines).toEqual([`1 ${code}`]);
    const { error } = run.result.failures[0] ?? {};
    expect(error).toMatchObject({ code: 'NOT_FOUND', side: 'partner', retry: 'permanent' });
    expect(error?.message).toMatch(new RegExp(`: there is no folder /none \\(${code}\\)$`));
    expect(error?.reply).toBeUndefined();
    expect(error?.advice).toBe('Check the path, and list the folder above it.');
    expect(readdirSync(server.root)).toEqual([]);
  },
);

it('a mask on a plain web server is refused with words', async () => {
  const server = await owned(startNginx({ webdav: false }));
  const run = await runBatchFixture(testPlatform(), {
    source: '/*.csv',
    destination: `${await temporaryFolder()}/`,
    sourceEndpoint: httpEndpoint(server),
    operation: 'download',
  });
  expect(run.result.stoppedBy).toMatchObject({ code: 'UNSUPPORTED', side: 'us' });
  expect(run.result.stoppedBy?.message).toMatch(/no listing/);
});

it('a client certificate opens the door that is shut without it', async () => {
  const server = await owned(startNginx({ security: 'tls', clientCertificate: true, login: 'none' }));
  writeFileSync(join(server.root, 'a.dat'), 'content');
  const fetch = async (changes: Partial<HttpOptions>) =>
    runBatchFixture(testPlatform(), {
      source: '/a.dat',
      destination: `${await temporaryFolder()}/`,
      sourceEndpoint: httpEndpoint(server, { login: { kind: 'none' }, ...changes }),
      operation: 'download',
    });
  const certificate = readTestKey('valid.crt');
  const key = new Secret(readTestKey('valid.key'));
  const tls = { ca: [server.ca ?? ''], pins: [], clientCertificate: { certificate, key } };
  expect((await fetch({ tls })).lines).toEqual(['0 200']);
  const refused = await fetch({});
  expect(refused.lines).toEqual(['1 400']);
});

it.each([
  ['expired', 'CERTIFICATE_REJECTED'],
  ['self-signed', 'CERTIFICATE_REJECTED'],
  ['wrong-name', 'CERTIFICATE_REJECTED'],
] as const)('a certificate that is %s is refused with 10053', async (certificate, code) => {
  const server = await owned(startNginx({ security: 'tls', certificate }));
  const run = await runBatchFixture(testPlatform(), {
    source: '/a.dat',
    destination: `${await temporaryFolder()}/`,
    sourceEndpoint: httpEndpoint(server),
    operation: 'download',
  });
  expect([run.result.stoppedBy?.code, run.lines]).toEqual([code, ['1 10053']]);
});
