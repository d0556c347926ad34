import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ChecksumAlgorithm } from '../../src/core/checksum.js';
import { remotePath } from '../../src/core/remote-path.js';
import { FtpClient } from '../../src/protocols/ftp/ftp-client.js';
import type { FtpOptions } from '../../src/protocols/ftp/ftp-options.js';
import { ftpEndpoint } from '../platform/partner-endpoint.js';
import { testPlatform } from '../platform/test-platform.js';
import { startProftpd } from '../servers/proftpd.js';
import { startVsftpd } from '../servers/vsftpd.js';

const call = { signal: new AbortController().signal };
const CONTENT = Buffer.from('all the orders of the day\n'.repeat(4_000));
const ALGORITHMS: readonly ChecksumAlgorithm[] = ['crc32', 'md5', 'sha1', 'sha256', 'sha512'];

/** By Node's own functions, past our code. */
function expected(algorithm: ChecksumAlgorithm, bytes: Buffer): string {
  if (algorithm === 'crc32') return crc32(bytes).toString(16).padStart(8, '0');
  return createHash(algorithm).update(bytes).digest('hex');
}

async function clientOf(server: Parameters<typeof ftpEndpoint>[0]): Promise<FtpClient> {
  const client = new FtpClient(ftpEndpoint(server).options as FtpOptions, testPlatform());
  onTestFinished(() => client.close());
  await client.connect(call);
  return client;
}

describe('checksums', () => {
  it.each(['orders.csv', 'orders of the day.csv', 'Grün (1).csv'])(
    'of ProFTPD with mod_digest agree with ours, of the whole file and of its head: %s',
    async (name) => {
      const server = await startProftpd();
      onTestFinished(() => server.stop());
      writeFileSync(join(server.root, name), CONTENT);
      const client = await clientOf(server);
      expect(client.capabilities.checksums).toEqual(ALGORITHMS);
      expect(client.capabilities.headChecksums).toBe(true);
      for (const algorithm of ALGORITHMS) {
        const path = remotePath(`/${name}`);
        expect(await client.checksum(path, { ...call, algorithm })).toBe(expected(algorithm, CONTENT));
        const head = await client.checksum(path, { ...call, algorithm, lengthBytes: 50_000 });
        expect(head).toBe(expected(algorithm, CONTENT.subarray(0, 50_000)));
      }
    },
  );

  it('of ProFTPD that may not compute them are UNSUPPORTED, and the session goes on', async () => {
    const server = await startProftpd({ extraConfig: ['DigestMaxSize 10'] });
    onTestFinished(() => server.stop());
    writeFileSync(join(server.root, 'a.csv'), CONTENT);
    const client = await clientOf(server);
    const path = remotePath('/a.csv');
    await expect(client.checksum(path, { ...call, algorithm: 'sha256' })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
    expect(client.capabilities.checksums).not.toContain('sha256');
    expect((await client.stat(path, call)).sizeBytes).toBe(CONTENT.length);
  });

  it('are not offered by vsftpd', async () => {
    const server = await startVsftpd();
    onTestFinished(() => server.stop());
    expect((await clientOf(server)).capabilities.checksums).toEqual([]);
  });
});

describe('a command of the user', () => {
  it('is carried out by ProFTPD, or refused with its words', async () => {
    const server = await startProftpd();
    onTestFinished(() => server.stop());
    writeFileSync(join(server.root, 'a.csv'), CONTENT);
    const client = await clientOf(server);
    expect(await client.command('SITE CHMOD 600 /a.csv', call)).toMatchObject({ lastCode: 200 });
    await expect(client.command('SITE CHMOD 600 /nope.csv', call)).rejects.toMatchObject({
      code: 'COMMAND_REFUSED',
      lastCode: 550,
      reply: expect.stringContaining('No such file') as string,
    });
    expect((await client.stat(remotePath('/a.csv'), call)).kind).toBe('file');
  });
});
