import { createHash } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHECKSUM_ALGORITHMS, startChecksum, type ChecksumAlgorithm } from '../../core/checksum.js';
import { remotePath } from '../../core/remote-path.js';
import { Secret } from '../../core/secret.js';
import { startFtpPartner, type FtpPartner } from '../../simulator/ftp-partner.js';
import type { FtpHabits } from '../../simulator/ftp-habits.js';
import { MemoryTree } from '../../simulator/memory-tree.js';
import type { FtpClient } from './ftp-client.js';
import { checksumIn, hashReplyIn } from './ftp-checksum-reply.js';
import { clientFor, startScriptedServer, type Script } from './scripted-ftp-server.testing.js';

const call = { signal: new AbortController().signal };
const TEXT = 'hello world';
const FILES = ['/a.txt', '/with blank.txt', '/say "hi".txt'];
const OWN = ['XCRC', 'XMD5', 'XSHA', 'XSHA1', 'XSHA256', 'XSHA512'];

function sum(algorithm: ChecksumAlgorithm, text: string): string {
  const running = startChecksum(algorithm);
  running.update(Buffer.from(text));
  return running.digest();
}

async function withPartner(
  habits: Partial<FtpHabits>,
  work: (client: FtpClient, partner: FtpPartner) => Promise<void>,
): Promise<void> {
  const root = new MemoryTree(Object.fromEntries(FILES.map((name) => [name, TEXT])));
  const partner = await startFtpPartner({ root, user: 'u', password: 'p', habits });
  onTestFinished(() => partner.stop());
  const client = clientFor(partner, { user: 'u', password: new Secret('p') });
  await client.connect(call);
  await work(client, partner);
  await client.close();
}

describe('the checksum of a file on the server', () => {
  it('is not asked of a server that offers none', async () => {
    await withPartner({}, async (client) => {
      expect(client.capabilities.checksums).toEqual([]);
      expect(client.capabilities.headChecksums).toBe(false);
      const asked = client.checksum(remotePath('/a.txt'), { ...call, algorithm: 'md5' });
      await expect(asked).rejects.toMatchObject({ code: 'UNSUPPORTED', phase: 'checksum' });
    });
  });

  it.each<[string, Partial<FtpHabits>, readonly string[]]>([
    ['the commands of their own', { checksums: OWN }, FILES.slice(0, 2)],
    ['HASH', { checksums: ['HASH'] }, FILES],
    ['all of them', { checksums: [...OWN, 'HASH'] }, FILES.slice(0, 2)],
  ])('comes by %s, whole and of the head', async (_case, habits, files) => {
    await withPartner(habits, async (client) => {
      expect(client.capabilities.checksums).toEqual(CHECKSUM_ALGORITHMS);
      expect(client.capabilities.headChecksums).toBe(true);
      for (const algorithm of CHECKSUM_ALGORITHMS) {
        for (const path of files.map(remotePath)) {
          const ask = (lengthBytes?: number) =>
            client.checksum(path, {
              ...call,
              algorithm,
              ...(lengthBytes === undefined ? {} : { lengthBytes }),
            });
          expect(await ask(), `${algorithm} of ${path}`).toBe(sum(algorithm, TEXT));
          expect(await ask(5), `${algorithm} of the head of ${path}`).toBe(sum(algorithm, 'hello'));
        }
      }
      const chunks: Uint8Array[] = [];
      await client.read(remotePath('/a.txt'), { write: (chunk) => void chunks.push(chunk) }, call);
      expect(Buffer.concat(chunks).toString(), 'no range is left').toBe(TEXT);
    });
  });

  it('of a head is not believed when the range was ignored, and the capability goes', async () => {
    await withPartner({ checksums: ['HASH'], hashRange: 'ignored' }, async (client) => {
      const path = remotePath('/a.txt');
      const ask = (lengthBytes?: number) =>
        client.checksum(path, {
          ...call,
          algorithm: 'sha256',
          ...(lengthBytes === undefined ? {} : { lengthBytes }),
        });
      await expect(ask(5)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
      expect(client.capabilities.headChecksums).toBe(false);
      expect(await ask()).toBe(sum('sha256', TEXT));
    });
  });

  it('of a file that is not there is NOT_FOUND, and the capability stays', async () => {
    await withPartner({ checksums: [...OWN, 'HASH'] }, async (client) => {
      const asked = client.checksum(remotePath('/nope'), { ...call, algorithm: 'sha512' });
      await expect(asked).rejects.toMatchObject({ code: 'NOT_FOUND', lastCode: 550 });
      expect(client.capabilities.checksums).toEqual(CHECKSUM_ALGORITHMS);
    });
  });

  it.each(['500 no', '502 no', '504 no', '550 you may not', '552 too big', '250 maybe'])(
    'that the server offered and refuses (%s) is UNSUPPORTED, and the capability goes',
    async (line) => {
      const script: Script = {
        FEAT: (session) => session.say('211-F\r\n XCRC "filename" SP EP\r\n MLST type*;\r\n211 End'),
        XCRC: (session) => session.say(line),
      };
      await using server = await startScriptedServer(script);
      const client = clientFor(server);
      await client.connect(call);
      expect(client.capabilities.checksums).toEqual(['crc32']);
      const asked = client.checksum(remotePath('/file'), { ...call, algorithm: 'crc32' });
      await expect(asked).rejects.toMatchObject({ code: 'UNSUPPORTED' });
      expect(client.capabilities.checksums).toEqual([]);
      await client.close();
      expect(server.commands.filter((command) => command.startsWith('XCRC'))).toEqual(['XCRC /file']);
    },
  );

  it('of a name with a quote in it is UNSUPPORTED by commands that put names in quotes, and the capability stays', async () => {
    await withPartner({ checksums: OWN }, async (client, partner) => {
      const asked = client.checksum(remotePath('/say "hi".txt'), { ...call, algorithm: 'md5' });
      await expect(asked).rejects.toMatchObject({ code: 'UNSUPPORTED' });
      expect(client.capabilities.checksums).toEqual(CHECKSUM_ALGORITHMS);
      expect(partner.transcript.some(({ text }) => text.startsWith('XMD5'))).toBe(false);
    });
  });

  it('goes on with the next command where one is refused', async () => {
    const sha1 = createHash('sha1').update(TEXT).digest('hex');
    const script: Script = {
      FEAT: (session) => session.say('211-F\r\n XSHA1\r\n XSHA\r\n211 End'),
      XSHA1: (session) => session.say('502 no'),
      XSHA: (session) => session.say(`213 ${sha1}`),
    };
    await using server = await startScriptedServer(script);
    const client = clientFor(server);
    await client.connect(call);
    expect(await client.checksum(remotePath('/file'), { ...call, algorithm: 'sha1' })).toBe(sha1);
    await client.close();
  });

  it('takes a server that computes long and says so', async () => {
    const script: Script = {
      FEAT: (session) => session.say('211-F\r\n XCRC\r\n211 End'),
      XCRC: (session) => session.say('150 computing\r\n250 d4a1185'),
    };
    await using server = await startScriptedServer(script);
    const client = clientFor(server);
    await client.connect(call);
    expect(await client.checksum(remotePath('/file'), { ...call, algorithm: 'crc32' })).toBe('0d4a1185');
    await client.close();
  });

  it('gives the session up when a range cannot be taken back', async () => {
    let isSet = false;
    const script: Script = {
      FEAT: (session) => session.say('211-F\r\n HASH SHA-1*\r\n RANG STREAM\r\n211 End'),
      RANG: (session) => session.say(isSet ? '501 no' : '350 from there'),
      HASH: (session) => {
        isSet = true;
        session.say(`213 SHA-1 0-4 ${'a'.repeat(40)} /file`);
      },
    };
    await using server = await startScriptedServer(script);
    const client = clientFor(server);
    await client.connect(call);
    await client
      .checksum(remotePath('/file'), { ...call, algorithm: 'sha1', lengthBytes: 5 })
      .catch(() => undefined);
    const next = client.read(remotePath('/file'), { write: () => undefined }, call);
    await expect(next).rejects.toMatchObject({ code: 'CONNECTION_LOST', sessionLost: true });
    await client.close();
  });
});

describe('the reply with a checksum', () => {
  const md5 = createHash('md5').update(TEXT).digest('hex');

  it.each<[string, ChecksumAlgorithm, string | undefined]>([
    ['0D4A1185', 'crc32', '0d4a1185'],
    ['d4a1185', 'crc32', '0d4a1185'],
    ['CRC32 = 0x0D4A1185', 'crc32', '0d4a1185'],
    ['XCRC OK, checksum: D4A1185.', 'crc32', '0d4a1185'],
    [md5.toUpperCase(), 'md5', md5],
    [`/in/a.txt ${md5}`, 'md5', md5],
    [`a.txt: "${md5}"`, 'md5', md5],
    ['the sum is bad', 'md5', undefined],
    ['', 'crc32', undefined],
    ['0D4A1185 12345678', 'crc32', undefined],
    ['computed', 'crc32', undefined],
  ])('"%s" holds the %s %s', (text, algorithm, expected) => {
    expect(checksumIn({ code: 250, lines: [text] }, algorithm, '/in/a.txt')).toBe(expected);
  });

  it('may name a file whose name looks like one', () => {
    const reply = { code: 250, lines: ['deadbeef 0d4a1185'] };
    expect(checksumIn(reply, 'crc32', '/deadbeef')).toBe('0d4a1185');
  });

  it('to HASH says of which bytes it is', () => {
    const lines = ['Computing MD5 digest', `MD5 0-11 ${md5} /in/a b.txt`];
    expect(hashReplyIn({ code: 213, lines }, 'md5')).toEqual({ value: md5, end: 11 });
    expect(hashReplyIn({ code: 213, lines: [`MD5 4-11 ${md5} x`] }, 'md5')).toBeUndefined();
    expect(hashReplyIn({ code: 213, lines: [`MD5 0-11 ${md5}00 x`] }, 'md5')).toBeUndefined();
  });
});
