import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { remotePath } from '../../core/remote-path.js';
import { startFtpPartner } from '../../simulator/ftp-partner.js';
import { MemoryTree } from '../../simulator/memory-tree.js';
import { isCodePage } from './code-page-names.js';
import { encodingNamed } from './ftp-encoding.js';
import { clientFor, startScriptedServer } from './scripted-ftp-server.testing.js';
import { Secret } from '../../core/secret.js';

const call = { signal: new AbortController().signal };

describe('the encoding of a connection', () => {
  it.each(['windows-1252', 'latin1', 'cp437', 'shift_jis', 'gbk', 'koi8-r', 'euc-kr'])(
    '%s is a code page, and gives back any bytes as they came',
    (name) => {
      expect(isCodePage(name)).toBe(true);
      const encoding = encodingNamed(name);
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
          const text = encoding.decode(Buffer.from(bytes));
          expect(encoding.encode(text)).toEqual(Buffer.from(bytes));
        }),
      );
    },
  );

  it.each(['utf-16', 'utf-16be', 'no-such-page', ''])('%j is none', (name) => {
    expect(isCodePage(name)).toBe(false);
  });

  it('is one of those of iconv-lite that leave ASCII as it is, and of no others', () => {
    const ascii = Array.from({ length: 0x5e }, (_, index) => String.fromCharCode(0x20 + index)).join('');
    iconv.encodingExists('utf-8');
    const known = Object.keys((iconv as unknown as { encodings: object }).encodings);
    expect(known.length).toBeGreaterThan(400);
    const isAscii = (name: string) => {
      try {
        return iconv.encode(ascii, name).equals(Buffer.from(ascii));
      } catch {
        return false;
      }
    };
    expect(known.filter((name) => isCodePage(name) !== isAscii(name))).toEqual([]);
  });

  it('has no bytes for a character that it does not know', () => {
    const encoding = encodingNamed('windows-1252');
    expect(encoding.encode('Grün €')).toEqual(Buffer.from([0x47, 0x72, 0xfc, 0x6e, 0x20, 0x80]));
    expect(encoding.encode('漢字')).toBeUndefined();
  });

  it('is that of names on the wire, both ways', async () => {
    const tree = new MemoryTree();
    const partner = await startFtpPartner({
      root: tree,
      user: 'u',
      password: 'p',
      habits: { without: ['UTF8'] },
    });
    onTestFinished(() => partner.stop());
    const client = clientFor(partner, { encoding: 'latin1', user: 'u', password: new Secret('p') });
    await client.connect(call);
    await client.write(remotePath('/Grün.txt'), source('x'), call);
    const names: string[] = [];
    for await (const entry of client.list(remotePath('/'), call)) names.push(entry.name);
    expect(names).toEqual(['Grün.txt']);
    // The simulator reads the bytes as Latin-1: it has the same name, not the two characters of its UTF-8.
    expect((await tree.stat('/Grün.txt')).sizeBytes).toBe(1);
    await expect(client.remove(remotePath('/漢字.txt'), call)).rejects.toMatchObject({
      code: 'NAME_REFUSED',
    });
    await client.remove(remotePath('/Grün.txt'), call);
    await client.close();
  });

  it.each([
    ['auto', 'UTF8 ON', true],
    ['utf-8', 'UTF8 ON', false],
    ['windows-1252', 'UTF8 OFF', true],
  ])('%s is told to the server: OPTS %s', async (encoding, option, isOffered) => {
    await using server = await startScriptedServer({
      FEAT: (session) => session.say(isOffered ? '211-F\r\n UTF8\r\n211 End' : '211-F\r\n SIZE\r\n211 End'),
    });
    const client = clientFor(server, { encoding });
    await client.connect(call);
    await client.close();
    expect(server.commands).toContain(`OPTS ${option}`);
  });
});

async function* source(text: string) {
  yield Buffer.from(text);
}
