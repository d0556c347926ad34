import { posix } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { remotePath } from '../../core/remote-path.js';
import { Secret } from '../../core/secret.js';
import { startFtpPartner } from '../../simulator/ftp-partner.js';
import { MemoryTree } from '../../simulator/memory-tree.js';
import { testPlatform } from '../../../test/platform/test-platform.js';
import type { FtpClient } from './ftp-client.js';
import type { FtpOptions } from './ftp-options.js';
import { clientFor, CONTENT, startScriptedServer, type Script } from './scripted-ftp-server.testing.js';

const call = { signal: new AbortController().signal };

async function* source(text: string) {
  yield Buffer.from(text);
}

async function withSession(
  script: Script,
  options: Partial<FtpOptions>,
  work: (client: FtpClient) => Promise<void>,
): Promise<string[]> {
  await using server = await startScriptedServer(script);
  const client = clientFor(server, options);
  await client.connect(call);
  const before = server.commands.length;
  await work(client);
  const commands = server.commands.slice(before);
  await client.close();
  return commands;
}

async function namesIn(client: FtpClient, folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of client.list(remotePath(folder), call)) names.push(entry.name);
  return names;
}

/** A server on which no path but `/` may hold more than one name, and only /in, /in/today and /out exist. */
function stepwiseServer(): Script {
  let at = '/home';
  const folders = new Set(['/home', '/', '/in', '/in/today', '/out']);
  return {
    FEAT: (session) => session.say('500 what?'),
    CWD: (session, argument) => {
      const target = posix.resolve(at, argument);
      const isOneStep = argument === '/' || argument === '/home' || !argument.includes('/');
      if (!isOneStep || !folders.has(target)) return session.say('550 no such folder, or not so far at once');
      at = target;
      session.say('250 there');
    },
    PWD: (session) => session.say(`257 "${at}"`),
    RETR: async (session, argument) => {
      await session.send(argument === 'file' && at === '/in/today' ? CONTENT : 'from elsewhere');
    },
    DELE: (session, argument) =>
      session.say(
        argument.includes('/') ? '553 no paths please' : `250 ${posix.resolve(at, argument)} is gone`,
      ),
    MKD: (session, argument) =>
      session.say(
        argument.includes('/') ? '553 no paths please' : `257 ${posix.resolve(at, argument)} is made`,
      ),
  };
}

describe('a server that refuses whole paths (stepwiseFolders)', () => {
  const options = { stepwiseFolders: true, machineListings: false };

  it('is walked through step by step, and a step is not taken twice', async () => {
    const chunks: Uint8Array[] = [];
    const commands = await withSession(stepwiseServer(), options, async (client) => {
      await client.read(remotePath('/in/today/file'), { write: (chunk) => void chunks.push(chunk) }, call);
      expect((await client.remove(remotePath('/in/today/file'), call)).reply).toContain('/in/today/file');
      expect((await client.makeFolder(remotePath('/out/new'), call)).reply).toContain('/out/new');
      expect((await client.remove(remotePath('x'), call)).reply).toContain('/home/x');
    });
    expect(Buffer.concat(chunks).toString()).toBe(CONTENT);
    expect(commands.filter((command) => /^(CWD|DELE|MKD|RETR)/.test(command))).toEqual([
      'CWD /',
      'CWD in',
      'CWD today',
      'RETR file',
      'DELE file',
      'CWD /',
      'CWD out',
      'MKD new',
      'CWD /home',
      'DELE x',
    ]);
  });

  it('renames by bare names within a folder', async () => {
    const commands = await withSession(stepwiseServer(), options, async (client) => {
      await client.rename(remotePath('/in/.f.tally'), remotePath('/in/f'), { ...call, replace: true });
    });
    expect(commands.slice(-2)).toEqual(['RNFR .f.tally', 'RNTO f']);
  });

  it('says NOT_FOUND where a step is refused, and finds its way afterwards', async () => {
    await withSession(stepwiseServer(), options, async (client) => {
      await expect(client.remove(remotePath('/nope/x'), call)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        lastCode: 550,
      });
      expect((await client.remove(remotePath('/in/x'), call)).reply).toContain('/in/x');
    });
  });
});

describe('a server that refuses to list an empty folder', () => {
  const root = () => new MemoryTree({ 'in/a.txt': 'x', 'empty/gone': 'x' });

  it.each([true, false])(
    'is believed with emptyListingOk (MLSD: %s), and not without',
    async (machineListings) => {
      const tree = root();
      await tree.remove('/empty/gone');
      const partner = await startFtpPartner({
        root: tree,
        user: 'u',
        password: 'p',
        habits: { emptyFolder: 'refused' },
      });
      onTestFinished(() => partner.stop());
      for (const emptyListingOk of [true, false]) {
        const login = { user: 'u', password: new Secret('p') };
        const client = clientFor(partner, { ...login, machineListings, emptyListingOk });
        await client.connect(call);
        if (emptyListingOk) expect(await namesIn(client, '/empty')).toEqual([]);
        else await expect(namesIn(client, '/empty')).rejects.toMatchObject({ lastCode: 550 });
        expect(await namesIn(client, '/in')).toEqual(['a.txt']);
        await expect(namesIn(client, '/nope')).rejects.toMatchObject({ code: 'NOT_FOUND' });
        await client.close();
      }
    },
  );
});

describe('hidden files', () => {
  it.each([
    [undefined, '220 Some server', 'LIST'],
    [true, '220 Some server', 'LIST -a'],
    [undefined, '220 (vsFTPd 3.0.3)', 'LIST -a'],
    [false, '220 (vsFTPd 3.0.3)', 'LIST'],
  ])('listHidden %s with "%s" sends %s', async (listHidden, greeting, command) => {
    const script: Script = {
      GREETING: (session) => session.say(greeting),
      LIST: (session) => session.send(''),
    };
    const listed = withSession(script, { machineListings: false, listHidden }, async (client) => {
      await namesIn(client, '/folder').catch(() => undefined);
    });
    expect((await listed).at(-1)).toBe(command);
  });

  it('are not missed in an empty folder that was listed without them', async () => {
    const script: Script = {
      GREETING: (session) => session.say('220 (vsFTPd 3.0.3)'),
      LIST: (session) => session.send(''),
    };
    await withSession(script, { machineListings: false, listHidden: false }, async (client) => {
      expect(await namesIn(client, '/folder')).toEqual([]);
    });
  });
});

describe('the time of a file is set', () => {
  const path = remotePath('/in/a b.txt');
  it.each<[string, Partial<FtpOptions>, Script, string]>([
    ['by MFMT where FEAT lists it', {}, {}, 'MFMT 20260102030405 /in/a b.txt'],
    [
      'by MDTM where FEAT says that it takes a time',
      {},
      { FEAT: (session) => session.say('211-F\r\n MDTM YYYYMMDDHHMMSS[+-TZ];filename\r\n211 End') },
      'MDTM 20260102030405 /in/a b.txt',
    ],
    ['by MDTM where the connection says so', { timeCommand: 'MDTM' }, {}, 'MDTM 20260102030405 /in/a b.txt'],
    [
      'by MFMT where the connection says so and FEAT does not',
      { timeCommand: 'MFMT' },
      { FEAT: (session) => session.say('500 what?') },
      'MFMT 20260102030405 /in/a b.txt',
    ],
  ])('%s', async (_case, options, script, command) => {
    const commands = await withSession(script, options, async (client) => {
      expect(client.capabilities.setModifiedTime).toBe(true);
      await client.setModifiedTime(path, Date.UTC(2026, 0, 2, 3, 4, 5), call);
    });
    expect(commands).toEqual([command]);
  });

  it('no more by a server that does not know the command after all', async () => {
    await withSession({ MFMT: (session) => session.say('502 no') }, {}, async (client) => {
      await expect(client.setModifiedTime(path, 0, call)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
      expect(client.capabilities.setModifiedTime).toBe(false);
    });
  });
});

describe('our own address', () => {
  it('is that of the control connection and of every data connection', async () => {
    await using server = await startScriptedServer();
    const platform = testPlatform();
    const from: (string | undefined)[] = [];
    const dialer: typeof platform.dialer = {
      listen: (options) => platform.dialer.listen(options),
      lookup: (host, options) => platform.dialer.lookup(host, options),
      dial: async (target, options) => {
        const socket = await platform.dialer.dial(target, options);
        from.push(socket.localAddress);
        return socket;
      },
    };
    const client = clientFor(server, { bindAddress: '127.0.0.3' }, { ...platform, dialer });
    await client.connect(call);
    await client.write(remotePath('/file'), source('x'), call);
    await client.close();
    expect(from).toEqual(['127.0.0.3', '127.0.0.3']);
  });
});
