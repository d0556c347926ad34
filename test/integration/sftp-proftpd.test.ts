import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remotePath } from '../../src/core/remote-path.js';
import { SftpClient } from '../../src/protocols/sftp/sftp-client.js';
import type { OpensshServer } from '../servers/openssh.js';
import { startProftpdSftp } from '../servers/proftpd-sftp.js';
import { testPlatform } from '../platform/test-platform.js';
import { noise } from '../suites/bytes.js';
import { sftpOptions, withPassword } from '../suites/targets/sftp-target.js';

const call = { signal: new AbortController().signal };
const content = noise(1_000_000);
let server: OpensshServer;
let client: SftpClient;

beforeAll(async () => {
  server = await startProftpdSftp();
  writeFileSync(join(server.root, 'file'), content);
  client = new SftpClient(sftpOptions(server, withPassword(server.password)), testPlatform());
  await client.connect(call);
});

afterAll(async () => {
  await client.close();
  await server.stop();
});

describe('checksums by ProFTPD', () => {
  it.each(['md5', 'sha1', 'sha256', 'sha512'] as const)('%s of a file', async (algorithm) => {
    const computed = await client.checksum(remotePath('/file'), { ...call, algorithm });
    expect(computed).toBe(createHash(algorithm).update(content).digest('hex'));
  });

  it('of the head of a file it gets wrong, so it is not asked', async () => {
    expect(client.capabilities.headChecksums).toBe(false);
    const asked = client.checksum(remotePath('/file'), { ...call, algorithm: 'md5', lengthBytes: 123_456 });
    await expect(asked).rejects.toMatchObject({ code: 'UNSUPPORTED', sessionLost: false });
  });

  it('crc32 it does not compute: UNSUPPORTED, and it is not offered again', async () => {
    const asked = client.checksum(remotePath('/file'), { ...call, algorithm: 'crc32' });
    await expect(asked).rejects.toMatchObject({ code: 'UNSUPPORTED', sessionLost: false });
    expect(client.capabilities.checksums).toEqual(['md5', 'sha1', 'sha256', 'sha512']);
  });

  it('of a missing file: NOT_FOUND', async () => {
    const asked = client.checksum(remotePath('/none'), { ...call, algorithm: 'sha256' });
    await expect(asked).rejects.toMatchObject({ code: 'NOT_FOUND', lastCode: 2 });
  });
});
