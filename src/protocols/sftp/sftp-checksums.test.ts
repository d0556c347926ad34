import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm } from '../../core/checksum.js';
import { remotePath } from '../../core/remote-path.js';
import { MemoryTree } from '../../simulator/memory-tree.js';
import { checkFileAnswer } from './check-file.js';
import { failure, freshCall, rehearseConnected } from './rehearsal.testing.js';

const content = Buffer.alloc(200_000, 'tally');
const root = new MemoryTree({ 'in/a': content, 'in/empty': '' });
const file = remotePath('/in/a');

function valueOf(algorithm: ChecksumAlgorithm, bytes: Buffer): string {
  if (algorithm === 'crc32') return crc32(bytes).toString(16).padStart(8, '0');
  return createHash(algorithm).update(bytes).digest('hex');
}

const offering = (checkFile: readonly string[]) => rehearseConnected({ root, habits: { checkFile } });

describe('a server with check-file', () => {
  it.each(CHECKSUM_ALGORITHMS)('computes %s of a whole file and of its head', async (algorithm) => {
    await using rehearsal = await offering(CHECKSUM_ALGORITHMS);
    const { client } = rehearsal;
    expect(client.capabilities.checksums).toEqual(CHECKSUM_ALGORITHMS);
    const ask = (lengthBytes?: number) =>
      client.checksum(file, {
        ...freshCall(),
        algorithm,
        ...(lengthBytes === undefined ? {} : { lengthBytes }),
      });
    expect(await ask()).toBe(valueOf(algorithm, content));
    expect(await ask(70_000)).toBe(valueOf(algorithm, content.subarray(0, 70_000)));
    expect(await ask(0)).toBe(valueOf(algorithm, Buffer.alloc(0)));
  });

  it('is asked no more for what it has refused, and the session goes on', async () => {
    await using rehearsal = await offering(['md5']);
    const { client, partner } = rehearsal;
    const ask = (algorithm: ChecksumAlgorithm) => client.checksum(file, { ...freshCall(), algorithm });
    expect((await failure(ask('sha512'))).code).toBe('UNSUPPORTED');
    expect((await failure(ask('sha512'))).code).toBe('UNSUPPORTED');
    expect(client.capabilities.checksums).toEqual(['crc32', 'md5', 'sha1', 'sha256']);
    expect(await ask('md5')).toBe(valueOf('md5', content));
    const asked = partner.transcript.filter(({ text }) => text.startsWith('CHECK-FILE'));
    expect(asked.map(({ text }) => text.split(' ')[2])).toEqual(['sha512', 'md5']);
  });

  it('says that a missing file is missing, and stays able', async () => {
    await using rehearsal = await offering(['sha256']);
    const missing = rehearsal.client.checksum(remotePath('/in/none'), {
      ...freshCall(),
      algorithm: 'sha256',
    });
    expect(await failure(missing)).toMatchObject({ code: 'NOT_FOUND', lastCode: 2 });
    expect(rehearsal.client.capabilities.checksums).toContain('sha256');
  });

  it('that falls silent is waited for twenty times as long, and no longer', async () => {
    await using rehearsal = await offering(['sha256']);
    const { client, partner, clock } = rehearsal;
    partner.inject({ at: { command: 'CHECK-FILE' }, do: { kind: 'noAnswer' } });
    const asked = failure(client.checksum(file, { ...freshCall(), algorithm: 'sha256' }));
    await partner.seen('CHECK-FILE');
    clock.advance(199_000);
    expect(client.capabilities.checksums).toContain('sha256');
    clock.advance(2_000);
    expect(await asked).toMatchObject({ code: 'TIMEOUT', lastCode: 8, sessionLost: true });
  });

  it('that closes instead of an answer is CONNECTION_LOST 7', async () => {
    await using rehearsal = await offering(['sha256']);
    rehearsal.partner.inject({ at: { command: 'CHECK-FILE' }, do: { kind: 'close' } });
    const asked = rehearsal.client.checksum(file, { ...freshCall(), algorithm: 'sha256' });
    expect(await failure(asked)).toMatchObject({ code: 'CONNECTION_LOST', lastCode: 7 });
  });
});

it('a server without it is not asked', async () => {
  await using rehearsal = await rehearseConnected({ root });
  expect(rehearsal.client.capabilities.checksums).toEqual([]);
  const asked = rehearsal.client.checksum(file, { ...freshCall(), algorithm: 'sha256' });
  expect((await failure(asked)).code).toBe('UNSUPPORTED');
  expect(rehearsal.partner.transcript.filter(({ text }) => text.includes('CHECK-FILE'))).toEqual([]);
});

describe('the answer to check-file', () => {
  const string = (text: string) => Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]);
  const sum = Buffer.alloc(16, 0xab);

  it.each([
    ['as the draft has it', Buffer.concat([string('md5'), sum]), 'ab'.repeat(16)],
    [
      'with the name of the request first',
      Buffer.concat([string('check-file'), string('md5'), sum]),
      'ab'.repeat(16),
    ],
    ['by another algorithm', Buffer.concat([string('sha1'), sum]), undefined],
    ['too short', Buffer.concat([string('md5'), sum.subarray(1)]), undefined],
    ['too long', Buffer.concat([string('md5'), sum, sum]), undefined],
    ['nothing', Buffer.alloc(0), undefined],
    ['a length beyond its end', Buffer.from([0xff, 0xff, 0xff, 0xff, 1]), undefined],
  ])('%s', (_, answer, value) => {
    expect(checkFileAnswer(answer, 'md5')).toBe(value);
  });
});
