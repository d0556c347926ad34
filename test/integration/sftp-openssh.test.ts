import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { remotePath } from '../../src/core/remote-path.js';
import { Secret } from '../../src/core/secret.js';
import { TransferError } from '../../src/core/transfer-error.js';
import { createNodePlatform } from '../../src/engine/platform/node-platform.js';
import type { RemoteEntry } from '../../src/protocols/protocol-client.js';
import { SftpClient } from '../../src/protocols/sftp/sftp-client.js';
import type { SftpOptions } from '../../src/protocols/sftp/sftp-options.js';
import { knownHosts } from '../servers/known-hosts.js';
import { startOpenssh, type OpensshServer } from '../servers/openssh.js';
import { startSshAgent } from '../servers/ssh-agent.js';
import { clientKeys, keyPassphrase, strangerKey } from '../servers/test-keys.js';

const platform = createNodePlatform();
const { signal } = new AbortController();
const call = { signal };

function options(server: OpensshServer, changes: Partial<SftpOptions> = {}): SftpOptions {
  return {
    kind: 'sftp',
    host: server.host,
    port: server.port,
    user: server.user,
    password: new Secret(server.password),
    identities: [],
    trust: { fingerprints: server.hostKeys, knownHosts: [] },
    timeoutMs: 20_000,
    keepAliveMs: 0,
    sequential: false,
    legacyAlgorithms: [],
    proxies: [],
    ...changes,
  };
}

function withoutPassword(server: OpensshServer, changes: Partial<SftpOptions> = {}): SftpOptions {
  return Object.fromEntries(
    Object.entries(options(server, changes)).filter(([name]) => name !== 'password'),
  ) as unknown as SftpOptions;
}

async function connected(chosen: SftpOptions): Promise<SftpClient & AsyncDisposable> {
  const client = new SftpClient(chosen, platform);
  await client.connect(call);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

async function failure(work: Promise<unknown>): Promise<TransferError> {
  const outcome = await work.then(
    (value) => new Error(`it went well: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof TransferError) return outcome;
  throw outcome;
}

/** What `connect` rejects with; the client is closed afterwards. */
async function loginFailure(chosen: SftpOptions): Promise<TransferError> {
  const client = new SftpClient(chosen, platform);
  try {
    return await failure(client.connect(call));
  } finally {
    await client.close();
  }
}

function identity(file: string, passphrase?: string): SftpOptions['identities'][number] {
  const privateKey = new Secret(readFileSync(file, 'utf8'));
  return passphrase === undefined
    ? { name: file, privateKey }
    : { name: file, privateKey, passphrase: new Secret(passphrase) };
}

async function all(entries: AsyncIterable<RemoteEntry>): Promise<RemoteEntry[]> {
  const found: RemoteEntry[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

async function* pieces(content: Buffer, pieceBytes = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += pieceBytes) yield content.subarray(at, at + pieceBytes);
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

describe('login at OpenSSH', () => {
  let server: OpensshServer;
  beforeAll(async () => {
    server = await startOpenssh();
  });
  afterAll(() => server.stop());

  it('takes a password', async () => {
    const client = new SftpClient(options(server), platform);
    expect(await client.connect(call)).toMatchObject({ lastCode: 0, bytes: 0 });
    expect(client.capabilities).toMatchObject({ replacingRename: true, exclusiveRename: true });
    await client.close();
  });

  it.each([
    ['ed25519', clientKeys.ed25519, undefined],
    ['ed25519 with passphrase', clientKeys.ed25519Locked, keyPassphrase],
    ['rsa', clientKeys.rsa, undefined],
    ['rsa in PEM form with passphrase', clientKeys.rsaPemLocked, keyPassphrase],
    ['ecdsa', clientKeys.ecdsa, undefined],
  ])('takes a key: %s', async (_name, file, passphrase) => {
    await using client = await connected(
      withoutPassword(server, { identities: [identity(file, passphrase)] }),
    );
    expect((await client.stat(remotePath('.'), call)).kind).toBe('folder');
  });

  it('goes on to the next key and then to the password when a key is refused', async () => {
    const identities = [identity(strangerKey), identity(clientKeys.ecdsa)];
    await using first = await connected(withoutPassword(server, { identities }));
    expect(first.capabilities.settledCode).toBe(0);
    await using second = await connected(options(server, { identities: [identity(strangerKey)] }));
    expect(second.capabilities.settledCode).toBe(0);
  });

  it('takes the keys of an agent', async () => {
    await using agent = await startSshAgent([strangerKey, clientKeys.rsa]);
    await using client = await connected(withoutPassword(server, { agent: agent.socket }));
    expect((await client.stat(remotePath('.'), call)).kind).toBe('folder');
  });

  it('refuses a wrong password after one attempt and says what the server takes', async () => {
    await using own = await startOpenssh();
    const error = await loginFailure(options(own, { password: new Secret('wrong-secret') }));
    expect(error).toMatchObject({
      code: 'AUTH_REJECTED',
      lastCode: 3,
      phase: 'login',
      retry: 'auth',
      sessionLost: true,
    });
    expect(error.message).toContain('tried password; the server offers publickey, password');
    expect(error.message).not.toContain('wrong-secret');
    expect(own.log().match(/Failed password/g)).toHaveLength(1);
  });

  it('refuses a key that the server does not know', async () => {
    const error = await loginFailure(withoutPassword(server, { identities: [identity(strangerKey)] }));
    expect(error).toMatchObject({ code: 'AUTH_REJECTED', lastCode: 3 });
    expect(error.message).toContain('client-stranger');
  });

  it('names an agent that is not there when nothing else is left', async () => {
    const error = await loginFailure(withoutPassword(server, { agent: '/nonexistent/agent' }));
    expect(error).toMatchObject({ code: 'AUTH_REJECTED', lastCode: 3 });
    expect(error.message).toContain('/nonexistent/agent');
  });

  it('refuses a wrong passphrase before anything is sent', async () => {
    const identities = [identity(clientKeys.ed25519Locked, 'wrong-secret')];
    const error = await loginFailure(withoutPassword(server, { identities }));
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID', lastCode: -1 });
    expect(error.message).toContain('client-ed25519-locked');
    expect(error.message).not.toContain('wrong-secret');
  });

  it('answers keyboard-interactive with the password, and gives a wrong one once', async () => {
    await using asking = await startOpenssh({ logins: ['keyboard-interactive'] });
    await using client = await connected(options(asking));
    expect((await client.stat(remotePath('.'), call)).kind).toBe('folder');
    const error = await loginFailure(options(asking, { password: new Secret('wrong') }));
    expect(error).toMatchObject({ code: 'AUTH_REJECTED', lastCode: 3 });
  });

  it('goes through a chain of key and password, the key from a file or an agent', async () => {
    await using chained = await startOpenssh({ extraConfig: ['AuthenticationMethods publickey,password'] });
    await using byFile = await connected(options(chained, { identities: [identity(clientKeys.ed25519)] }));
    expect((await byFile.stat(remotePath('.'), call)).kind).toBe('folder');
    await using agent = await startSshAgent([clientKeys.ed25519]);
    await using byAgent = await connected(options(chained, { agent: agent.socket }));
    expect((await byAgent.stat(remotePath('.'), call)).kind).toBe('folder');
    const error = await loginFailure(options(chained));
    expect(error).toMatchObject({ code: 'AUTH_REJECTED', lastCode: 3 });
    expect(error.message).toContain('the server offers publickey');
  });

  it('says so when the server starts no SFTP', async () => {
    await using noSession = await startOpenssh({ maxSessions: 0 });
    const error = await loginFailure(options(noSession));
    expect(error).toMatchObject({ code: 'UNSUPPORTED', lastCode: -1, sessionLost: true });
  });
});

describe('host keys of OpenSSH', () => {
  let server: OpensshServer;
  beforeAll(async () => {
    server = await startOpenssh();
  });
  afterAll(() => server.stop());

  const trusting = (text: string) => ({ fingerprints: [], knownHosts: [{ name: 'known_hosts', text }] });

  it.each(['plain', 'hashed'] as const)('trusts a host in known_hosts, %s', async (form) => {
    await using client = await connected(options(server, { trust: trusting(knownHosts(server, form)) }));
    expect(client.capabilities.sizes).toBe(true);
  });

  it('trusts a host of which only one type of key is known, whichever the server prefers', async () => {
    for (const line of knownHosts(server).trim().split('\n')) {
      await using client = await connected(options(server, { trust: trusting(`${line}\n`) }));
      expect(client.capabilities.sizes).toBe(true);
    }
  });

  it('trusts a pin of any of the server keys', async () => {
    for (const pin of server.hostKeys) {
      const trust = { fingerprints: [pin], knownHosts: [] };
      await using client = await connected(options(server, { trust }));
      expect(client.capabilities.sizes).toBe(true);
    }
  });

  it('refuses an unknown host and sends it no login', async () => {
    await using own = await startOpenssh({ hostKeys: ['ed25519'] });
    const error = await loginFailure(options(own, { trust: trusting('') }));
    expect(error).toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      lastCode: 10053,
      phase: 'connect',
      sessionLost: true,
    });
    expect(error.message).toContain(own.hostKeys[0]);
    expect(own.log()).not.toContain(own.user);
  });

  it('refuses a host whose key changed and names both keys and the place', async () => {
    await using changed = await startOpenssh({ hostKeys: ['other-ed25519'] });
    const known = knownHosts(server).replaceAll(`:${server.port}`, `:${changed.port}`);
    const error = await loginFailure(options(changed, { trust: trusting(known) }));
    expect(error).toMatchObject({ code: 'HOST_KEY_CHANGED', lastCode: 10053 });
    expect(error.message).toContain(changed.hostKeys[0]);
    expect(error.message).toContain(server.hostKeys[0]);
    expect(error.message).toContain('known_hosts:1');
  });

  it('refuses every key that is not pinned and names them all', async () => {
    const trust = { fingerprints: [`SHA256:${'A'.repeat(43)}`], knownHosts: [] };
    const error = await loginFailure(options(server, { trust }));
    expect(error).toMatchObject({ code: 'HOST_KEY_CHANGED', lastCode: 10053 });
    for (const shown of server.hostKeys) expect(error.message).toContain(shown);
  });

  it('refuses a revoked key even when it is pinned', async () => {
    const revoked = { name: 'known_hosts', text: knownHosts(server, 'revoked') };
    const trust = { fingerprints: server.hostKeys, knownHosts: [revoked] };
    const error = await loginFailure(options(server, { trust }));
    expect(error).toMatchObject({ code: 'HOST_KEY_REVOKED', lastCode: 10053 });
  });
});

describe('files at OpenSSH', () => {
  let server: OpensshServer;
  let client: SftpClient;
  beforeAll(async () => {
    server = await startOpenssh();
    client = await connected(options(server));
  });
  afterAll(async () => {
    await client.close();
    await server.stop();
  });

  const at = (name: string) => remotePath(`${server.remoteRoot}/${name}`);
  const local = (name: string) => join(server.root, name);

  async function fetched(name: string, offset = 0): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    const receipt = await client.read(
      at(name),
      { write: (chunk) => void chunks.push(chunk) },
      { signal, offset },
    );
    const content = Buffer.concat(chunks);
    expect(receipt).toEqual({ lastCode: 0, bytes: content.length });
    return content;
  }

  it.each([0, 1, 32_767, 32_768, 65_535, 65_536, 65_537, 261_120, 261_121])(
    'moves %i bytes there and back',
    async (size) => {
      const content = Buffer.from(Array.from({ length: size }, (_, index) => (index * 31) % 251));
      const receipt = await client.write(at('sized.bin'), pieces(content, 10_007), call);
      expect(receipt).toEqual({ lastCode: 0, bytes: size });
      expect(readFileSync(local('sized.bin')).equals(content)).toBe(true);
      expect((await fetched('sized.bin')).equals(content)).toBe(true);
    },
  );

  it('moves 50 MiB there and back without a changed byte', async () => {
    const content = Buffer.alloc(50 * 2 ** 20);
    for (let at32 = 0; at32 < content.length; at32 += 4)
      content.writeUInt32LE((at32 * 2654435761) >>> 0, at32);
    await client.write(at('big.bin'), pieces(content, 256 * 1024), call);
    expect(sha256(readFileSync(local('big.bin')))).toBe(sha256(content));
    expect(sha256(await fetched('big.bin'))).toBe(sha256(content));
  });

  it('goes on through new key exchanges in the middle of a transfer', async () => {
    await using busy = await startOpenssh({ extraConfig: ['RekeyLimit 1M', 'LogLevel DEBUG1'] });
    await using there = await connected(options(busy));
    const content = Buffer.alloc(20 * 2 ** 20);
    for (let word = 0; word < content.length; word += 4) content.writeUInt32LE((word * 40503) >>> 0, word);
    const path = remotePath(`${busy.remoteRoot}/rekeyed.bin`);
    await there.write(path, pieces(content, 256 * 1024), call);
    expect(sha256(readFileSync(join(busy.root, 'rekeyed.bin')))).toBe(sha256(content));
    const chunks: Uint8Array[] = [];
    await there.read(path, { write: (chunk) => void chunks.push(chunk) }, call);
    expect(sha256(Buffer.concat(chunks))).toBe(sha256(content));
    expect(busy.log().match(/SSH2_MSG_NEWKEYS received/g)?.length ?? 0).toBeGreaterThan(10);
  });

  it('goes on from an offset in both directions', async () => {
    const content = Buffer.from('0123456789abcdef');
    writeFileSync(local('part.bin'), content.subarray(0, 10));
    await client.write(at('part.bin'), pieces(content.subarray(10)), { signal, offset: 10 });
    expect(readFileSync(local('part.bin'))).toEqual(content);
    expect(await fetched('part.bin', 4)).toEqual(content.subarray(4));
    expect(await fetched('part.bin', 16)).toHaveLength(0);
    const missing = client.write(at('not-there.bin'), pieces(content), { signal, offset: 10 });
    expect(await failure(missing)).toMatchObject({ code: 'NOT_FOUND', lastCode: 2 });
  });

  it('shortens an existing file that is written anew', async () => {
    writeFileSync(local('long.txt'), 'a long text');
    await client.write(at('long.txt'), pieces(Buffer.from('short')), call);
    expect(readFileSync(local('long.txt'), 'utf8')).toBe('short');
  });

  it('lists 5,000 entries once each', async () => {
    mkdirSync(local('many'));
    const names = Array.from({ length: 5000 }, (_, index) => `file ${index}.xml`);
    for (const name of names) writeFileSync(local(join('many', name)), '');
    const listed = await all(client.list(at('many'), call));
    expect(listed.map((entry) => entry.name).sort()).toEqual(names.sort());
  });

  it('tells kinds, sizes and times, and follows links only in stat', async () => {
    mkdirSync(local('kinds/sub'), { recursive: true });
    writeFileSync(local('kinds/file.txt'), '12345');
    symlinkSync('file.txt', local('kinds/link'));
    const listed = await all(client.list(at('kinds'), call));
    expect(new Map(listed.map((entry) => [entry.name, entry.kind]))).toEqual(
      new Map([
        ['sub', 'folder'],
        ['file.txt', 'file'],
        ['link', 'link'],
      ]),
    );
    const modifiedMs = Math.floor(statSync(local('kinds/file.txt')).mtimeMs / 1000) * 1000;
    const file = { name: 'file.txt', kind: 'file', sizeBytes: 5, modifiedMs, precisionMs: 1000 };
    expect(listed.find((entry) => entry.name === 'file.txt')).toEqual(file);
    expect(await client.stat(at('kinds/link'), call)).toEqual({ ...file, name: 'link' });
    expect(await client.stat(at('kinds/sub'), call)).toMatchObject({ name: 'sub', kind: 'folder' });
  });

  it('stays usable when a listing is left early', async () => {
    for await (const entry of client.list(remotePath(server.remoteRoot), call)) {
      expect(entry.name).not.toBe('.');
      break;
    }
    expect((await client.stat(remotePath(server.remoteRoot), call)).kind).toBe('folder');
  });

  it.each([
    'ümlaut.txt',
    'ümlaut.txt',
    '日本語 🙂',
    'semi;colon %3B "quoted"',
    '-dash',
    'dot. ',
    'back\\slash',
  ])('keeps the name %j', async (name) => {
    mkdirSync(local('names'), { recursive: true });
    await client.write(at(`names/${name}`), pieces(Buffer.from(name)), call);
    expect(readdirSync(local('names'))).toContain(name);
    expect((await fetched(`names/${name}`)).toString()).toBe(name);
    await client.remove(at(`names/${name}`), call);
    expect(readdirSync(local('names'))).not.toContain(name);
  });

  it('sets the time of last change, and only that', async () => {
    writeFileSync(local('timed.txt'), 'x');
    chmodSync(local('timed.txt'), 0o640);
    await client.setModifiedTime(at('timed.txt'), Date.UTC(2020, 1, 29, 12, 0, 0), call);
    const { mtimeMs, mode } = statSync(local('timed.txt'));
    expect(mtimeMs).toBe(Date.UTC(2020, 1, 29, 12, 0, 0));
    expect(mode & 0o777).toBe(0o640);
  });

  it('replaces an existing target in one step when asked, and refuses it else', async () => {
    writeFileSync(local('new.txt'), 'new');
    writeFileSync(local('old.txt'), 'old');
    const error = await failure(client.rename(at('new.txt'), at('old.txt'), { signal, replace: false }));
    expect(error).toMatchObject({ code: 'ALREADY_EXISTS', lastCode: 4, phase: 'rename', sessionLost: false });
    expect(readFileSync(local('old.txt'), 'utf8')).toBe('old');
    await client.rename(at('new.txt'), at('old.txt'), { signal, replace: true });
    expect(readFileSync(local('old.txt'), 'utf8')).toBe('new');
    expect(readdirSync(server.root)).not.toContain('new.txt');
  });

  it('makes a folder once or twice, but not over a file or without a parent', async () => {
    expect(await client.makeFolder(at('made'), call)).toEqual({ lastCode: 0, bytes: 0 });
    expect(await client.makeFolder(at('made'), call)).toEqual({ lastCode: 0, bytes: 0 });
    writeFileSync(local('a-file'), '');
    expect(await failure(client.makeFolder(at('a-file'), call))).toMatchObject({
      code: 'ALREADY_EXISTS',
      lastCode: 4,
    });
    expect(await failure(client.makeFolder(at('no/parent'), call))).toMatchObject({
      code: 'NOT_FOUND',
      lastCode: 2,
    });
  });

  it('removes files and empty folders, and says why not else', async () => {
    mkdirSync(local('full'));
    writeFileSync(local('full/x'), '');
    expect(await failure(client.removeFolder(at('full'), call))).toMatchObject({
      code: 'FOLDER_NOT_EMPTY',
      lastCode: 4,
    });
    expect(await failure(client.remove(at('full'), call))).toMatchObject({
      code: 'IS_A_FOLDER',
      lastCode: 4,
    });
    await client.remove(at('full/x'), call);
    await client.removeFolder(at('full'), call);
    expect(await failure(client.remove(at('full'), call))).toMatchObject({ code: 'NOT_FOUND', lastCode: 2 });
    expect(await failure(client.removeFolder(at('full'), call))).toMatchObject({
      code: 'NOT_FOUND',
      lastCode: 2,
    });
  });

  it('says why a file cannot be read, written or listed', async () => {
    mkdirSync(local('folder'));
    writeFileSync(local('plain'), '');
    const nothing = { write: () => undefined };
    const source = () => pieces(Buffer.from('x'));
    expect(await failure(client.read(at('folder'), nothing, call))).toMatchObject({
      code: 'IS_A_FOLDER',
      lastCode: 4,
    });
    expect(await failure(client.read(at('nope'), nothing, call))).toMatchObject({
      code: 'NOT_FOUND',
      lastCode: 2,
    });
    expect(await failure(client.write(at('folder'), source(), call))).toMatchObject({
      code: 'IS_A_FOLDER',
      lastCode: 4,
    });
    expect(await failure(client.write(at('no/x'), source(), call))).toMatchObject({
      code: 'NOT_FOUND',
      lastCode: 2,
    });
    expect(await failure(all(client.list(at('plain'), call)))).toMatchObject({
      code: 'NOT_A_FOLDER',
      lastCode: 2,
    });
    expect(await failure(all(client.list(at('nope'), call)))).toMatchObject({
      code: 'NOT_FOUND',
      lastCode: 2,
    });
    expect(await failure(client.stat(at('nope'), call))).toMatchObject({
      code: 'NOT_FOUND',
      lastCode: 2,
      phase: 'stat',
    });
    const words = await failure(client.read(at('nope'), nothing, call));
    expect(words.message).toBe(
      `127.0.0.1:${server.port}: open ${server.remoteRoot}/nope: no such file or folder (SFTP status 2)`,
    );
  });

  it('reports a refused deletion, write and rename as PERMISSION_DENIED', async () => {
    mkdirSync(local('locked'));
    writeFileSync(local('locked/x'), 'x');
    chmodSync(local('locked'), 0o555);
    const refused = { code: 'PERMISSION_DENIED', lastCode: 3, sessionLost: false };
    expect(await failure(client.remove(at('locked/x'), call))).toMatchObject(refused);
    expect(await failure(client.write(at('locked/y'), pieces(Buffer.from('y')), call))).toMatchObject(
      refused,
    );
    const renaming = client.rename(at('locked/x'), at('locked/z'), { signal, replace: true });
    expect(await failure(renaming)).toMatchObject(refused);
    expect(readFileSync(local('locked/x'), 'utf8')).toBe('x');
    chmodSync(local('locked'), 0o755);
  });

  it('moves files one request at a time when told to', async () => {
    await using slow = await connected(options(server, { sequential: true }));
    const content = Buffer.alloc(3_000_000, 'tally');
    await slow.write(at('sequential.bin'), pieces(content), call);
    const chunks: Uint8Array[] = [];
    await slow.read(at('sequential.bin'), { write: (chunk) => void chunks.push(chunk) }, call);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
  });

  it('says NO_SPACE when the disk there is full', async () => {
    await using small = await startOpenssh({ diskBytes: 1_048_576 });
    await using there = await connected(options(small));
    const path = remotePath(`${small.remoteRoot}/big.bin`);
    const error = await failure(there.write(path, pieces(Buffer.alloc(4_000_000, 1)), call));
    expect(error).toMatchObject({ code: 'NO_SPACE', lastCode: 4, phase: 'write', sessionLost: false });
    await there.remove(path, call);
  });

  it('works without posix-rename and limits, which then shows in the capabilities', async () => {
    await using old = await startOpenssh({
      separateProgram: true,
      withoutRequests: ['posix-rename', 'limits'],
    });
    await using there = await connected(options(old));
    expect(there.capabilities).toMatchObject({ replacingRename: false, exclusiveRename: true });
    const content = Buffer.alloc(1_000_000, 'x');
    await there.write(remotePath(`${old.remoteRoot}/x`), pieces(content), call);
    await there.write(remotePath(`${old.remoteRoot}/y`), pieces(content), call);
    expect(readFileSync(join(old.root, 'x')).equals(content)).toBe(true);
    const [x, y] = [remotePath(`${old.remoteRoot}/x`), remotePath(`${old.remoteRoot}/y`)];
    expect(await failure(there.rename(x, y, { signal, replace: true }))).toMatchObject({
      code: 'ALREADY_EXISTS',
      lastCode: 4,
    });
  });
});

describe('a session at OpenSSH that ends', () => {
  it('reports 7 when the server goes away in the middle of a read', async () => {
    await using server = await startOpenssh();
    writeFileSync(join(server.root, 'big.bin'), Buffer.alloc(20_000_000));
    await using client = await connected(options(server));
    let stopped: Promise<void> | undefined;
    const sink = {
      write: () => {
        stopped ??= server.stop();
        return stopped;
      },
    };
    const error = await failure(client.read(remotePath(`${server.remoteRoot}/big.bin`), sink, call));
    expect(error).toMatchObject({ code: 'CONNECTION_LOST', lastCode: 7, phase: 'read', sessionLost: true });
    expect(await failure(client.stat(remotePath('.'), call))).toMatchObject({
      code: 'CONNECTION_LOST',
      lastCode: 7,
    });
  });

  it('rejects CANCELLED at once when aborted and leaves no session on the server', async () => {
    await using server = await startOpenssh();
    writeFileSync(join(server.root, 'big.bin'), Buffer.alloc(20_000_000));
    await using client = await connected(options(server));
    const abort = new AbortController();
    const sink = {
      write: () => {
        abort.abort();
        return undefined;
      },
    };
    const reading = client.read(remotePath(`${server.remoteRoot}/big.bin`), sink, { signal: abort.signal });
    expect(await failure(reading)).toMatchObject({ code: 'CANCELLED', sessionLost: true });
  });

  it('rejects CLOSED to the call under way when it is closed, and closes twice without harm', async () => {
    await using server = await startOpenssh();
    writeFileSync(join(server.root, 'big.bin'), Buffer.alloc(20_000_000));
    const client = await connected(options(server));
    const reading = failure(
      client.read(
        remotePath(`${server.remoteRoot}/big.bin`),
        { write: () => new Promise(() => undefined) },
        call,
      ),
    );
    await client.stat(remotePath('.'), call);
    await Promise.all([client.close(), client.close()]);
    expect(await reading).toMatchObject({ code: 'CLOSED' });
    expect(await failure(client.stat(remotePath('.'), call))).toMatchObject({ code: 'CLOSED' });
  });
});
