import { mkdtemp, readFile, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterEach, describe, expect, test } from 'vitest';
import { manyFiles, MemoryTree, zeros } from './memory-tree.js';
import { openSftp, sftpCall as call, type SftpDialogue } from './sftp-dialogue.testing.js';
import { makeSshKey, startSftpPartner, type SftpPartner, type SftpPartnerOptions } from './sftp-partner.js';

const running: SftpPartner[] = [];

async function partnerWith(options: Partial<SftpPartnerOptions> = {}): Promise<SftpPartner> {
  const partner = await startSftpPartner({ root: new MemoryTree(), user: 'u', password: 'p', ...options });
  running.push(partner);
  return partner;
}

async function dialogueWith(options: Partial<SftpPartnerOptions> = {}): Promise<SftpDialogue> {
  return openSftp(await partnerWith(options));
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((partner) => partner.stop()));
});

describe('a well-behaved SFTP partner', () => {
  test('stores, reads, lists, renames, removes, and walks folders', async () => {
    const tree = new MemoryTree({ 'in/old.txt': 'old' });
    const { sftp, store, retrieve, names } = await dialogueWith({ root: tree });
    const bytes = Buffer.alloc(1_000_001, 'abc');
    await store('/in/new.bin', bytes);
    expect((await retrieve('/in/new.bin')).equals(bytes)).toBe(true);
    expect(await names('/in')).toEqual(['old.txt', 'new.bin']);
    await expect(call((done) => sftp.rename('/in/new.bin', '/in/old.txt', done))).rejects.toMatchObject({
      code: 4,
    });
    await call((done) => sftp.ext_openssh_rename('/in/new.bin', '/in/old.txt', done));
    await call((done) => sftp.unlink('/in/old.txt', done));
    await call((done) => sftp.mkdir('/made', done));
    await expect(call((done) => sftp.mkdir('/made', done))).rejects.toMatchObject({ code: 4 });
    await call((done) => sftp.rmdir('/made', done));
    expect(await call((done) => sftp.realpath('in/../x', done))).toBe('/x');
    expect(tree.paths()).toEqual(['/in']);
  });

  test('tells and sets size and time, by path and by handle', async () => {
    const tree = new MemoryTree({ a: '0123456789' });
    const { sftp } = await dialogueWith({ root: tree });
    expect(await call((done) => sftp.stat('/a', done))).toMatchObject({ size: 10, mtime: 1_141_639_863 });
    await call((done) => sftp.setstat('/a', { size: 4, atime: 5, mtime: 1_000_000_000 }, done));
    const handle = await call<Buffer>((done) => sftp.open('/a', 'r+', done));
    expect(await call((done) => sftp.fstat(handle, done))).toMatchObject({ size: 4, mtime: 1_000_000_000 });
    await call((done) => sftp.fsetstat(handle, { size: 2 }, done));
    expect(tree.bytes('a')?.toString()).toBe('01');
  });

  test('opens as the flags say', async () => {
    const tree = new MemoryTree({ a: 'aaaa' });
    const { sftp } = await dialogueWith({ root: tree });
    const open = (path: string, flags: ssh2.OpenMode): Promise<Buffer> =>
      call((done) => sftp.open(path, flags, done));
    const write = (handle: Buffer, position: number): Promise<unknown> =>
      call((done) => sftp.write(handle, Buffer.from('XY'), 0, 2, position, done));
    await write(await open('/a', 'r+'), 1);
    expect(tree.bytes('a')?.toString()).toBe('aXYa');
    await write(await open('/a', 'a'), 0);
    expect(tree.bytes('a')?.toString()).toBe('aXYaXY');
    await expect(open('/a', 'wx')).rejects.toMatchObject({ code: 4 });
    await expect(open('/none', 'r')).rejects.toMatchObject({ code: 2 });
    await expect(open('/none', 'r+')).rejects.toMatchObject({ code: 2 });
    await expect(write(await open('/a', 'r'), 0)).rejects.toMatchObject({ code: 3 });
    await expect(write(Buffer.from('no such handle'), 0)).rejects.toMatchObject({ code: 4 });
    await open('/a', 'w');
    expect(tree.bytes('a')?.length).toBe(0);
  });

  test('lists 100,000 entries, and reads far into a file that is not there', async () => {
    const root = new MemoryTree({ many: manyFiles(100_000), big: zeros(10 * 2 ** 30) });
    const { sftp, names } = await dialogueWith({ root });
    expect((await names('/many')).length).toBe(100_000);
    const handle = await call<Buffer>((done) => sftp.open('/big', 'r', done));
    const into = Buffer.alloc(1000, 1);
    await call((done) => sftp.read(handle, into, 0, 1000, 10 * 2 ** 30 - 10, done));
    expect(into.subarray(0, 11)).toEqual(Buffer.concat([Buffer.alloc(10), Buffer.of(1)]));
    expect(await call((done) => sftp.read(handle, into, 0, 1000, 10 * 2 ** 30, done))).toBe(0);
  });

  test('serves a folder on disk, and no path or link leads out of it', async () => {
    const root = await mkdtemp(join(tmpdir(), 'sftp-partner-'));
    await mkdir(join(root, 'served'));
    await writeFile(join(root, 'secret'), 'secret');
    await symlink(join(root, 'secret'), join(root, 'served', 'way-out'));
    const { sftp, store, retrieve } = await dialogueWith({ root: join(root, 'served') });
    await store('/in.txt', Buffer.from('in'));
    expect(await readFile(join(root, 'served', 'in.txt'), 'utf8')).toBe('in');
    await expect(retrieve('/../secret')).rejects.toMatchObject({ code: 2 });
    await expect(retrieve('/way-out')).rejects.toMatchObject({ code: 3 });
    const link = await call<ssh2.Stats>((done) => sftp.lstat('/way-out', done));
    expect(link.isSymbolicLink()).toBe(true);
    await rm(root, { recursive: true });
  });

  test('writes down what was said', async () => {
    const partner = await partnerWith({ root: new MemoryTree({ a: 'hello' }) });
    const { retrieve, close } = await openSftp(partner);
    await retrieve('/a');
    close();
    await partner.whenIdle();
    const texts = partner.transcript.map((line) => `${line.from} ${line.text}`);
    expect(texts).toContain('client AUTH password u');
    expect(texts).toContain('client OPEN /a (read)');
    expect(texts).toContain('partner DATA 5');
    expect(texts.join('\n')).not.toContain('AUTH password u p');
  });

  test('closes the channel when the client has no more to ask', async () => {
    const partner = await partnerWith();
    const client = new ssh2.Client();
    client.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => {
      client.on('ready', () =>
        client.subsys('sftp', (_, channel) => {
          channel.resume();
          channel.once('close', () => resolve());
          channel.end();
        }),
      );
    });
    client.connect({ host: partner.host, port: partner.port, username: 'u', password: 'p' });
    await closed;
    client.end();
  });
});

describe('the login', () => {
  const refused = { level: 'client-authentication' };

  test('takes the password, the key, or keyboard-interactive, as the partner offers', async () => {
    const key = makeSshKey();
    const byKey = await partnerWith({ authorizedKeys: [key.publicKey], loginMethods: ['publickey'] });
    await openSftp({ ...byKey, password: '' }, { privateKey: key.privateKey });
    await expect(openSftp(byKey)).rejects.toMatchObject(refused);
    const other = makeSshKey();
    await expect(
      openSftp({ ...byKey, password: '' }, { privateKey: other.privateKey }),
    ).rejects.toMatchObject(refused);
    const asked = await partnerWith({ loginMethods: ['keyboard-interactive'] });
    await expect(openSftp(asked)).rejects.toMatchObject(refused);
    await openSftp(asked, { tryKeyboard: true });
  });

  test('can need a key and a password', async () => {
    const key = makeSshKey('ecdsa');
    const partner = await partnerWith({
      authorizedKeys: [key.publicKey],
      loginMethods: ['publickey', 'password'],
      loginNeeds: 'all',
    });
    await expect(openSftp(partner)).rejects.toMatchObject(refused);
    await openSftp(partner, { privateKey: key.privateKey });
    await expect(
      openSftp({ ...partner, password: 'x' }, { privateKey: key.privateKey }),
    ).rejects.toMatchObject(refused);
  });

  test('refuses another user', async () => {
    await expect(openSftp({ ...(await partnerWith()), user: 'x' })).rejects.toMatchObject(refused);
  });

  test('shows the host key that the partner tells of', async () => {
    const hostKeys = [makeSshKey('ed25519'), makeSshKey('rsa')];
    const partner = await partnerWith({ hostKeys });
    expect(partner.hostKeyFingerprints).toEqual(hostKeys.map((key) => key.fingerprint));
    for (const [index, algorithm] of (['ssh-ed25519', 'rsa-sha2-256'] as const).entries()) {
      let seen = '';
      const hostVerifier = (hash: string): boolean => {
        seen = hash;
        return true;
      };
      await openSftp(partner, {
        hostHash: 'sha256',
        hostVerifier,
        algorithms: { serverHostKey: [algorithm] },
      });
      const told = Buffer.from(partner.hostKeyFingerprints[index]?.slice(7) ?? '', 'base64').toString('hex');
      expect(seen).toBe(told);
    }
    expect(partner.knownHosts).toBe(
      hostKeys.map((key) => `[127.0.0.1]:${partner.port} ${key.publicKey}\n`).join(''),
    );
  });

  test('finds no way where no algorithm is common', async () => {
    const partner = await partnerWith({ algorithms: { cipher: ['aes128-cbc'] } });
    await expect(openSftp(partner)).rejects.toMatchObject({ level: 'handshake' });
  });

  test('hangs up on one connection too many', async () => {
    const partner = await partnerWith({ connectionLimit: 1 });
    await openSftp(partner);
    await expect(openSftp(partner)).rejects.toThrow();
    expect(partner.acceptedConnections).toBe(2);
  });
});

describe('an SFTP partner with habits', () => {
  test('has no posix-rename and no limits', async () => {
    const { sftp } = await dialogueWith({
      root: new MemoryTree({ a: '' }),
      habits: { posixRename: false, limits: 'none' },
    });
    expect(() => sftp.ext_openssh_rename('/a', '/b', () => undefined)).toThrow();
    await call((done) => sftp.rename('/a', '/b', done));
  });

  test.each([
    ['refuses-existing', 4, 'old'],
    ['replaces', undefined, 'new'],
    ['refused', 3, 'old'],
  ] as const)('that %s on rename', async (rename, code, content) => {
    const root = new MemoryTree({ a: 'new', b: 'old' });
    const { sftp } = await dialogueWith({ root, habits: { rename } });
    const renamed = call((done) => sftp.rename('/a', '/b', done));
    if (code === undefined) await renamed;
    else await expect(renamed).rejects.toMatchObject({ code });
    expect(root.bytes('b')?.toString()).toBe(content);
  });

  test.each([{ longestReadBytes: 1000 }, { readOrder: 'reversed' as const }, { repliesTwice: true }])(
    'still gives every byte: %o',
    async (habits) => {
      const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
      const { sftp } = await dialogueWith({ root: new MemoryTree({ a: bytes }), habits });
      const handle = await call<Buffer>((done) => sftp.open('/a', 'r', done));
      const read = (from: number, length: number): Promise<number> =>
        call((done) =>
          sftp.read(handle, Buffer.alloc(length), 0, length, from, (error, count) => done(error, count)),
        );
      const counts = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((index) => read(index * 30_000, 30_000)));
      expect(counts).toEqual(Array(8).fill(habits.longestReadBytes ?? 30_000));
    },
  );

  test('answers reads in another order', async () => {
    const { sftp } = await dialogueWith({
      root: new MemoryTree({ a: '012345' }),
      habits: { readOrder: 'reversed' },
    });
    const handle = await call<Buffer>((done) => sftp.open('/a', 'r', done));
    const order: number[] = [];
    const read = async (from: number): Promise<void> => {
      await call((done) => sftp.read(handle, Buffer.alloc(1), 0, 1, from, done));
      order.push(from);
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(read));
    expect(order).not.toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('calls every refusal a failure, or refuses attributes', async () => {
    const root = new MemoryTree({ a: '' });
    const vague = await dialogueWith({ root, habits: { everyRefusalIsFailure: true } });
    await expect(vague.retrieve('/none')).rejects.toMatchObject({ code: 4 });
    const strict = await dialogueWith({ root, habits: { setAttributes: 'refused' } });
    await expect(call((done) => strict.sftp.utimes('/a', 1, 1, done))).rejects.toMatchObject({ code: 3 });
  });

  test('takes uploads away at once', async () => {
    const root = new MemoryTree();
    const { store } = await dialogueWith({ root, habits: { uploads: 'hidden' } });
    await store('/a', Buffer.from('x'));
    expect(root.paths()).toEqual([]);
  });
});
