import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChecksumAlgorithm } from '../../src/core/checksum.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { Endpoint } from '../../src/transfers/endpoint.js';
import { ServerMemory } from '../../src/transfers/server-memory.js';
import type { OverwritePolicy } from '../../src/transfers/transfer-options.js';
import { runBatchFixture, type BatchRecord } from '../platform/batch-fixture.js';
import { sftpEndpoint } from '../platform/partner-endpoint.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { testPlatform } from '../platform/test-platform.js';
import { startApache } from '../servers/apache.js';
import { startProftpdSftp } from '../servers/proftpd-sftp.js';
import { noise } from '../suites/bytes.js';
import { DiskFolder } from '../suites/disk-folder.js';
import { httpOptions } from '../suites/targets/http-target.js';
import { REAL_SERVERS } from '../suites/targets/real-endpoints.js';

/** How copies to and from real servers are proven, and what smart overwrite makes of what stands there. */

/** Those that compute checksums; all others are read back. */
const COMPUTES: Readonly<Record<string, ChecksumAlgorithm>> = {
  ProFTPD: 'sha512',
  'ProFTPD over SFTP': 'sha512',
};

interface End {
  readonly server: { readonly root: string; readonly remoteRoot: string; stop(): Promise<void> };
  readonly endpoint: Endpoint;
}

const SERVERS: readonly { readonly name: string; start(): Promise<End> }[] = [
  ...REAL_SERVERS.filter(({ name }) => ['ProFTPD', 'vsftpd', 'OpenSSH'].includes(name)),
  { name: 'ProFTPD over SFTP', start: startProftpdEnd },
  { name: 'Apache over WebDAV', start: startWebDavEnd },
];

async function startProftpdEnd(): Promise<End> {
  const server = await startProftpdSftp();
  return { server, endpoint: sftpEndpoint({ ...server, fingerprints: server.hostKeys }) };
}

async function startWebDavEnd(): Promise<End> {
  const server = await startApache({ webdav: true, login: 'basic' });
  const { host, port, user } = server;
  const endpoint: Endpoint = {
    label: 'dav',
    options: httpOptions(server, { webdav: true }),
    columns: { protocol: 'http', host, port, user },
    maxConnections: 4,
    finalName: 'temporary',
  };
  return { server, endpoint };
}

let folders = 0;

describe.each(SERVERS)('with $name', ({ name, start }) => {
  let end: End;
  beforeAll(async () => {
    end = await start();
  });
  afterAll(() => end?.server.stop());

  async function sides() {
    folders += 1;
    const folder = `integrity-${folders}`;
    return {
      here: new DiskFolder(await temporaryFolder()),
      there: new DiskFolder(join(end.server.root, folder)),
      remote: `${end.server.remoteRoot}/${folder}`.replace('//', '/'),
    };
  }

  async function send(
    operation: 'upload' | 'download',
    { here, remote }: Awaited<ReturnType<typeof sides>>,
    overwrite: OverwritePolicy = 'overwrite',
    memory?: ServerMemory,
  ): Promise<BatchRecord & { readonly outcome: Outcome | undefined }> {
    let outcome: Outcome | undefined;
    const [local, far] = [here.at('a.bin'), `${remote}/a.bin`];
    const record = await runBatchFixture(testPlatform(), {
      source: operation === 'upload' ? local : far,
      destination: operation === 'upload' ? far : local,
      ...(operation === 'upload' ? { destinationEndpoint: end.endpoint } : { sourceEndpoint: end.endpoint }),
      operation,
      transfer: { verify: 'checksum', overwrite },
      ...(memory === undefined ? {} : { memory }),
      observer: { fileSettled: (_file, settled) => (outcome = settled) },
    });
    return { ...record, outcome };
  }

  const proof =
    COMPUTES[name] === undefined
      ? { proof: 'read-back', proofFacts: { algorithm: 'sha256', computedBy: 'us' } }
      : { proof: 'checksum', proofFacts: { algorithm: COMPUTES[name], computedBy: 'server' } };

  it.each(['upload', 'download'] as const)('an %s names its proof', async (operation) => {
    const both = await sides();
    const [from, to] = operation === 'upload' ? [both.here, both.there] : [both.there, both.here];
    from.write('a.bin', noise(300_001));
    const { outcome } = await send(operation, both);
    expect(outcome).toMatchObject({ kind: 'succeeded', ...proof });
    expect(to.read('a.bin').equals(noise(300_001))).toBe(true);
  });

  it.each(['upload', 'download'] as const)(
    'smart overwrite of an %s skips, goes on, and overwrites',
    async (operation) => {
      const both = await sides();
      const [from, to] = operation === 'upload' ? [both.here, both.there] : [both.there, both.here];
      from.write('a.bin', noise(200_000));
      to.write('a.bin', noise(200_000));
      expect((await send(operation, both, 'smart')).result).toMatchObject({ skipped: 1, movedBytes: 0 });
      // WebDAV cannot go on with a file; then it is sent whole.
      const goesOn = operation === 'download' || name !== 'Apache over WebDAV';
      to.write('a.bin', noise(200_000).subarray(0, 70_000));
      expect((await send(operation, both, 'smart')).result).toMatchObject({
        succeeded: 1,
        movedBytes: goesOn ? 130_000 : 200_000,
      });
      expect(to.read('a.bin').equals(noise(200_000))).toBe(true);
      to.write('a.bin', Buffer.alloc(200_000));
      expect((await send(operation, both, 'smart')).result.movedBytes).toBe(200_000);
      expect(to.read('a.bin').equals(noise(200_000))).toBe(true);
      expect(to.names()).toEqual(['a.bin']);
    },
  );

  it('its clock is measured by the first upload, and is right here', async () => {
    const both = await sides();
    both.here.write('a.bin', noise(10));
    const memory = ServerMemory.inMemory(testPlatform());
    await send('upload', both, 'overwrite', memory);
    expect(Math.abs(memory.of(end.endpoint).clockOffsetMs ?? Number.NaN)).toBeLessThan(60_000);
  });
});
