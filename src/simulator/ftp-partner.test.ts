import { mkdtemp, rm, symlink, writeFile, mkdir, readFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { FtpDialogue } from './ftp-dialogue.testing.js';
import { startFtpPartner, type FtpPartner, type FtpPartnerOptions } from './ftp-partner.js';
import { manyFiles, MemoryTree, zeros } from './memory-tree.js';

const running: FtpPartner[] = [];

async function partnerWith(options: Partial<FtpPartnerOptions> = {}): Promise<FtpPartner> {
  const partner = await startFtpPartner({ root: new MemoryTree(), user: 'u', password: 'p', ...options });
  running.push(partner);
  return partner;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((partner) => partner.stop()));
});

describe('a well-behaved FTP partner', () => {
  test('stores, appends, resumes, reads from a position, renames and deletes', async () => {
    const tree = new MemoryTree({ 'in/old.txt': 'old' });
    const dialogue = await FtpDialogue.login(await partnerWith({ root: tree }));
    expect(await dialogue.store('/in/new.txt', Buffer.from('0123'))).toBe(226);
    expect(await dialogue.store('/in/new.txt', Buffer.from('45'), 'APPE')).toBe(226);
    expect((await dialogue.ask('REST 5')).code).toBe(350);
    expect(await dialogue.store('/in/new.txt', Buffer.from('five'))).toBe(226);
    expect(tree.bytes('/in/new.txt')?.toString()).toBe('01234five');
    await dialogue.ask('REST 5');
    expect((await dialogue.retrieve('/in/new.txt')).bytes.toString()).toBe('five');
    expect((await dialogue.retrieve('/in/new.txt')).bytes.toString()).toBe('01234five');
    expect((await dialogue.ask('SIZE /in/new.txt')).lines).toEqual(['213 9']);
    expect((await dialogue.ask('RNFR /in/new.txt')).code).toBe(350);
    expect((await dialogue.ask('RNTO /in/old.txt')).code).toBe(250);
    expect((await dialogue.ask('DELE /in/old.txt')).code).toBe(250);
    expect(tree.paths()).toEqual(['/in']);
  });

  test('walks, makes and removes folders', async () => {
    const dialogue = await FtpDialogue.login(await partnerWith());
    expect((await dialogue.ask('MKD a"b')).lines).toEqual(['257 "/a""b" created']);
    expect((await dialogue.ask('CWD a"b')).code).toBe(250);
    expect((await dialogue.ask('PWD')).lines).toEqual(['257 "/a""b" is the current directory']);
    expect((await dialogue.ask('CDUP')).code).toBe(250);
    expect((await dialogue.ask('CWD none')).code).toBe(550);
    expect((await dialogue.ask('RMD a"b')).code).toBe(250);
    expect((await dialogue.ask('RMD a"b')).code).toBe(550);
  });

  test('tells and sets the time of last change', async () => {
    const dialogue = await FtpDialogue.login(await partnerWith({ root: new MemoryTree({ a: 'x' }) }));
    expect((await dialogue.ask('MDTM a')).lines).toEqual(['213 20060306101103']);
    expect((await dialogue.ask('MFMT 20200229235959 a')).code).toBe(213);
    expect((await dialogue.ask('MLST a')).lines[1]).toContain('size=1;modify=20200229235959;');
    expect((await dialogue.ask('MFMT yesterday a')).code).toBe(501);
  });

  test('lists in the Unix, the DOS and the machine form', async () => {
    const root = new MemoryTree({ 'a.txt': 'hello', 'sub/b': '' });
    const unix = await FtpDialogue.login(await partnerWith({ root }));
    expect((await unix.retrieve('', 'LIST')).bytes.toString()).toBe(
      '-rw-r--r--   1 partner  partner            5 Mar  6  2006 a.txt\r\n' +
        'drwxr-xr-x   2 partner  partner         4096 Mar  6  2006 sub\r\n',
    );
    expect((await unix.retrieve('', 'NLST')).bytes.toString()).toBe('a.txt\r\nsub\r\n');
    expect((await unix.retrieve('', 'MLSD')).bytes.toString()).toContain(
      'type=file;size=5;modify=20060306101103;perm=flcdmpe; a.txt\r\n',
    );
    const dos = await FtpDialogue.login(await partnerWith({ root, habits: { listStyle: 'dos' } }));
    expect((await dos.retrieve('', 'LIST')).bytes.toString()).toBe(
      '03-06-06  10:11AM                    5 a.txt\r\n03-06-06  10:11AM       <DIR>          sub\r\n',
    );
  });

  test('translates line ends in text mode, both ways', async () => {
    const tree = new MemoryTree({ a: 'one\ntwo\n' });
    const dialogue = await FtpDialogue.login(await partnerWith({ root: tree }));
    await dialogue.ask('TYPE A');
    expect((await dialogue.retrieve('a')).bytes.toString()).toBe('one\r\ntwo\r\n');
    await dialogue.store('b', Buffer.from('x\r\ny\rz\r\n\r'));
    expect(tree.bytes('b')?.toString()).toBe('x\ny\rz\n\r');
    expect((await dialogue.ask('SIZE a')).code).toBe(550);
  });

  test('connects to the client in active mode, and to nobody else', async () => {
    const dialogue = await FtpDialogue.login(await partnerWith({ root: new MemoryTree({ a: 'active' }) }));
    for (const command of ['PORT 127,0,0,1,HI,LO', 'EPRT |1|127.0.0.1|PORT|']) {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      const arrived = once(server, 'connection') as Promise<[Socket]>;
      const line = command.replace('HI', String(port >> 8)).replace('LO', String(port & 255));
      expect((await dialogue.ask(line.replace('PORT|', `${port}|`))).code).toBe(200);
      expect((await dialogue.ask('RETR a')).code).toBe(150);
      const [socket] = await arrived;
      expect((await socket.toArray()).join('')).toBe('active');
      expect((await dialogue.reply()).code).toBe(226);
      server.close();
    }
    expect((await dialogue.ask('PORT 127,0,0,2,200,1')).code).toBe(500);
    expect((await dialogue.ask('EPRT |1|192.0.2.1|2000|')).code).toBe(500);
    expect((await dialogue.ask('PORT 1,2,3')).code).toBe(501);
  });

  test('refuses a transfer without a data connection with 425', async () => {
    const dialogue = await FtpDialogue.login(
      await partnerWith({ root: new MemoryTree({ a: '' }), dataWaitMs: 20 }),
    );
    expect((await dialogue.ask('RETR a')).code).toBe(425);
    await dialogue.ask('EPSV');
    expect((await dialogue.ask('RETR a')).code).toBe(425);
  });

  test('refuses everything but the login before the login', async () => {
    const dialogue = await FtpDialogue.open(await partnerWith());
    for (const command of ['PWD', 'PASV', 'LIST', 'DELE a', 'TYPE I', 'REST 1', 'ABOR']) {
      expect((await dialogue.ask(command)).code).toBe(530);
    }
    expect((await dialogue.ask('PASS p')).code).toBe(503);
    expect((await dialogue.ask('constructor')).code).toBe(500);
  });

  test('asks for an account where there is one', async () => {
    const dialogue = await FtpDialogue.open(await partnerWith({ account: 'billing' }));
    await dialogue.ask('USER u');
    expect((await dialogue.ask('PASS p')).code).toBe(332);
    expect((await dialogue.ask('PWD')).code).toBe(530);
    expect((await dialogue.ask('ACCT billing')).code).toBe(230);
  });

  test('writes down what was said, without the secrets', async () => {
    const partner = await partnerWith({ account: 'billing' });
    const dialogue = await FtpDialogue.open(partner);
    await dialogue.ask('USER u');
    await dialogue.ask('PASS p');
    await dialogue.ask('ACCT billing');
    expect(partner.transcript.map((line) => `${line.session} ${line.from} ${line.text}`)).toEqual([
      '1 partner 220 Tallyman rehearsal partner',
      '1 client USER u',
      '1 partner 331 Password required for u',
      '1 client PASS ***',
      '1 partner 332 Account required',
      '1 client ACCT ***',
      '1 partner 230 Logged in',
    ]);
  });

  test('ends a transfer on ABOR with 426, then 226', async () => {
    const partner = await partnerWith({ root: new MemoryTree({ big: zeros(2 ** 40) }) });
    const dialogue = await FtpDialogue.login(partner);
    const data = await dialogue.openData();
    data.on('error', () => undefined);
    expect((await dialogue.ask('RETR big')).code).toBe(150);
    expect((await dialogue.ask('ABOR')).code).toBe(426);
    expect((await dialogue.reply()).code).toBe(226);
    expect((await dialogue.ask('NOOP')).code).toBe(200);
  });

  test('serves a million entries', async () => {
    const partner = await partnerWith({ root: new MemoryTree({ many: manyFiles(1_000_000) }) });
    const dialogue = await FtpDialogue.login(partner);
    const listing = await dialogue.retrieve('many', 'NLST');
    expect(listing.code).toBe(226);
    expect(listing.bytes.length).toBe(1_000_000 * 'file-0000000.dat\r\n'.length);
  });

  test('serves over IPv6 by EPSV, and has no PASV there', async () => {
    const partner = await partnerWith({ host: '::1' });
    const dialogue = await FtpDialogue.login(partner);
    expect(partner.url).toBe(`ftp://u@[::1]:${partner.port}`);
    expect((await dialogue.ask('EPSV')).lines[0]).toMatch(/^229 .*\(\|\|\|\d+\|\)$/);
    expect((await dialogue.ask('PASV')).code).toBe(425);
  });
});

describe('a folder on disk', () => {
  test('is served, and no path or link leads out of it', async () => {
    const root = await mkdtemp(join(tmpdir(), 'ftp-partner-'));
    await mkdir(join(root, 'served'));
    await writeFile(join(root, 'secret'), 'secret');
    await symlink(join(root, 'secret'), join(root, 'served', 'way-out'));
    await symlink(root, join(root, 'served', 'up'));
    const dialogue = await FtpDialogue.login(await partnerWith({ root: join(root, 'served') }));
    expect(await dialogue.store('in.txt', Buffer.from('in'))).toBe(226);
    expect(await readFile(join(root, 'served', 'in.txt'), 'utf8')).toBe('in');
    for (const path of ['../secret', '/../../secret', 'way-out', 'up/secret', 'in.txt/x', 'none']) {
      expect((await dialogue.retrieve(path)).code).toBe(550);
    }
    expect(await dialogue.store('way-out', Buffer.from('overwritten'))).toBe(550);
    expect((await dialogue.ask('DELE up/secret')).code).toBe(550);
    expect((await dialogue.ask('MKD in.txt')).code).toBe(550);
    expect(await readFile(join(root, 'secret'), 'utf8')).toBe('secret');
    await rm(root, { recursive: true });
  });
});

describe('an FTP partner with habits', () => {
  test('does not know the verbs it is without', async () => {
    const partner = await partnerWith({
      root: new MemoryTree({ ü: 'x' }),
      habits: { without: ['MLSD', 'EPSV', 'SIZE', 'MFMT', 'UTF8'] },
    });
    const dialogue = await FtpDialogue.login(partner);
    expect((await dialogue.ask('FEAT')).lines).toEqual([
      '211-Features:',
      ' EPRT',
      ' MDTM',
      ' REST STREAM',
      '211 End',
    ]);
    for (const command of ['MLSD', 'EPSV', 'SIZE x', 'MFMT 20200101000000 x']) {
      expect((await dialogue.ask(command)).code).toBe(500);
    }
    expect((await dialogue.ask('OPTS UTF8 ON')).code).toBe(501);
    expect((await dialogue.retrieve('', 'NLST')).bytes).toEqual(Buffer.from('ü\r\n', 'latin1'));
  });

  test.each([
    ['replaces', 250, 'new'],
    ['refuses-existing', 553, 'old'],
    ['refused', 553, 'old'],
  ] as const)('that %s on rename', async (rename, code, content) => {
    const root = new MemoryTree({ a: 'new', b: 'old' });
    const dialogue = await FtpDialogue.login(await partnerWith({ root, habits: { rename } }));
    await dialogue.ask('RNFR a');
    expect((await dialogue.ask('RNTO b')).code).toBe(code);
    expect(root.bytes('b')?.toString()).toBe(content);
    await dialogue.ask('RNFR a');
    expect((await dialogue.ask('RNTO c')).code).toBe(
      rename === 'replaces' ? 503 : rename === 'refused' ? 553 : 250,
    );
  });

  test('closes transfers with 250, and announces none', async () => {
    const partner = await partnerWith({
      root: new MemoryTree({ a: 'x' }),
      habits: { completionCode: 250, preliminaryReply: false },
    });
    const dialogue = await FtpDialogue.login(partner);
    const data = await dialogue.openData();
    expect((await dialogue.ask('RETR a')).code).toBe(250);
    expect((await data.toArray()).join('')).toBe('x');
  });

  test('says 226 before the bytes', async () => {
    const partner = await partnerWith({
      root: new MemoryTree({ a: 'late' }),
      habits: { completion: 'early' },
      faults: [{ at: { command: 'RETR' }, do: { kind: 'slow', bytesPerSecond: 100 } }],
    });
    const dialogue = await FtpDialogue.login(partner);
    const data = await dialogue.openData();
    dialogue.send('RETR a');
    expect((await dialogue.reply()).code).toBe(150);
    expect((await dialogue.reply()).code).toBe(226);
    expect((await data.toArray()).join('')).toBe('late');
    expect((await dialogue.ask('NOOP')).code).toBe(200);
  });

  test('accepts REST and ignores it', async () => {
    const root = new MemoryTree({ a: '0123456789' });
    const dialogue = await FtpDialogue.login(await partnerWith({ root, habits: { restart: 'ignored' } }));
    expect((await dialogue.ask('REST 5')).code).toBe(350);
    expect((await dialogue.retrieve('a')).bytes.toString()).toBe('0123456789');
    await dialogue.ask('REST 5');
    await dialogue.store('a', Buffer.from('tail'));
    expect(root.bytes('a')?.toString()).toBe('tail');
  });

  test.each([
    ['short', ['/QUARTERL.XLS']],
    ['hidden', []],
  ] as const)('stores uploads %s', async (uploadNames, paths) => {
    const root = new MemoryTree();
    const dialogue = await FtpDialogue.login(await partnerWith({ root, habits: { uploadNames } }));
    expect(await dialogue.store('Quarterly report.xlsx', Buffer.from('x'))).toBe(226);
    expect(root.paths()).toEqual(paths);
  });

  test('answers NOOP while a transfer runs, or after it', async () => {
    for (const [duringTransfer, codes] of [
      ['queued', [226, 200]],
      ['answered', [200, 226]],
    ] as const) {
      const partner = await partnerWith({ habits: { duringTransfer } });
      const dialogue = await FtpDialogue.login(partner);
      const data = await dialogue.openData();
      await dialogue.ask('STOR a');
      dialogue.send('NOOP');
      if (duringTransfer === 'answered') await partner.said('200 NOOP');
      data.end('x');
      expect([(await dialogue.reply()).code, (await dialogue.reply()).code]).toEqual(codes);
    }
  });

  test('refuses an empty folder', async () => {
    const dialogue = await FtpDialogue.login(await partnerWith({ habits: { emptyFolder: 'refused' } }));
    expect((await dialogue.retrieve('', 'LIST')).code).toBe(550);
  });

  test('refuses one connection too many with 421, or its login with 530', async () => {
    const busy = await partnerWith({ connectionLimit: { count: 1, code: 421 } });
    const first = await FtpDialogue.login(busy);
    const second = await FtpDialogue.open(busy);
    await second.closed;
    expect(busy.transcript.at(-1)?.text).toBe('421 Too many connections (1), try again later');
    first.close();
    await busy.whenIdle();
    expect((await (await FtpDialogue.login(busy)).ask('NOOP')).code).toBe(200);

    const strict = await partnerWith({ connectionLimit: { count: 1, code: 530 } });
    await FtpDialogue.login(strict);
    const late = await FtpDialogue.open(strict);
    await late.ask('USER u');
    expect((await late.ask('PASS p')).code).toBe(530);
  });
});
