import { describe, expect, it } from 'vitest';
import { remotePath } from '../../core/remote-path.js';
import { Secret } from '../../core/secret.js';
import type { FtpClient } from './ftp-client.js';
import type { FtpOptions } from './ftp-options.js';
import {
  clientFor,
  CONTENT,
  startScriptedServer,
  type Answer,
  type Script,
  type ScriptedServer,
  type ScriptedSession,
} from './scripted-ftp-server.testing.js';

const call = { signal: new AbortController().signal };
const file = remotePath('/file');
const say =
  (line: string): Answer =>
  (session) =>
    session.say(line);

async function withSession<T>(
  script: Script,
  work: (client: FtpClient, server: ScriptedServer) => Promise<T>,
  options: Partial<FtpOptions> = {},
): Promise<T> {
  await using server = await startScriptedServer(script);
  const client = clientFor(server, options);
  await client.connect(call);
  const result = await work(client, server);
  await client.close();
  await server.quiet();
  return result;
}

async function loginFailure(script: Script, options: Partial<FtpOptions> = {}) {
  await using server = await startScriptedServer(script);
  const client = clientFor(server, options);
  const failure = await client.connect(call).then(
    () => undefined,
    (error: unknown) => error,
  );
  await client.close();
  await server.quiet();
  return { failure, commands: server.commands };
}

async function list(client: FtpClient, folder = '/folder'): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of client.list(remotePath(folder), call)) names.push(entry.name);
  return names;
}

async function* source(text: string) {
  yield Buffer.from(text);
}

describe('connect', () => {
  it('gives the code of the login and leaves the session in binary type', async () => {
    await using server = await startScriptedServer();
    const client = clientFor(server);
    expect(await client.connect(call)).toEqual({ lastCode: 230, bytes: 0, reply: '230 logged in' });
    expect(server.commands).toEqual(['USER tally', 'PASS hunter2', 'FEAT', 'OPTS UTF8 ON', 'TYPE I']);
    await client.close();
  });

  it.each<[string, Script, string[]]>([
    [
      'waits on after 120',
      { GREETING: (session) => void session.say('120 in a minute\r\n220 ready') },
      ['USER tally', 'PASS hunter2'],
    ],
    ['sends no password to who wants none', { USER: say('230 come in') }, ['USER tally']],
    ['takes 232, the name being known by its certificate', { USER: say('232 come in') }, ['USER tally']],
    ['takes 202 to the password', { PASS: say('202 superfluous') }, ['USER tally', 'PASS hunter2']],
    [
      'gives the account when asked',
      { PASS: say('332 account?'), ACCT: say('230 in') },
      ['USER tally', 'PASS hunter2', 'ACCT books'],
    ],
  ])('%s', async (_case, script, commands) => {
    await withSession(
      script,
      async (_client, server) => {
        expect(server.commands.slice(0, server.commands.indexOf('FEAT'))).toEqual(commands);
      },
      { account: new Secret('books') },
    );
  });

  it('as anonymous gives an address for a password', async () => {
    await using server = await startScriptedServer();
    const client = clientFor(server, { user: 'anonymous', password: undefined });
    await client.connect(call);
    expect(server.commands.slice(0, 2)).toEqual(['USER anonymous', 'PASS anonymous@']);
    await client.close();
  });

  it.each<[string, Script, object]>([
    [
      'a wrong password',
      { PASS: say('530 Login incorrect.') },
      { code: 'AUTH_REJECTED', lastCode: 530, phase: 'login', retry: 'auth' },
    ],
    [
      'a password refused with 430',
      { PASS: say('430 no') },
      { code: 'AUTH_REJECTED', lastCode: 430, retry: 'auth' },
    ],
    ['an unknown user', { USER: say('530 who?') }, { code: 'AUTH_REJECTED', lastCode: 530 }],
    [
      'a login refused with 550',
      { USER: say('550 SSL/TLS required on the control channel') },
      { code: 'AUTH_REJECTED', lastCode: 550 },
    ],
    ['a server that insists on TLS', { USER: say('534 use TLS') }, { code: 'TLS_FAILED', lastCode: 534 }],
    ['a missing account', { PASS: say('332 account?') }, { code: 'AUTH_REJECTED', lastCode: 332 }],
    [
      'vsftpd being full',
      {
        GREETING: (session) =>
          void session.control.end('421 There are too many connected users, please try later.\r\n'),
      },
      { code: 'TOO_MANY_CONNECTIONS', lastCode: 421, phase: 'connect', retry: 'transient' },
    ],
    [
      'ProFTPD being full',
      { PASS: say('530 Sorry, the maximum number of clients (5) for this user are already connected.') },
      { code: 'TOO_MANY_CONNECTIONS', lastCode: 530, retry: 'transient' },
    ],
    [
      'Pure-FTPd being full',
      { GREETING: say('421 50 users (the maximum) are already logged in, sorry') },
      { code: 'TOO_MANY_CONNECTIONS', lastCode: 421 },
    ],
    [
      'a server that is busy',
      { GREETING: say('421 Service not available') },
      { code: 'SERVER_BUSY', lastCode: 421 },
    ],
    [
      'a server of SSH',
      { GREETING: say('SSH-2.0-OpenSSH_9.2p1') },
      { code: 'PROTOCOL_VIOLATION', lastCode: 10053 },
    ],
    ['a greeting that refuses', { GREETING: say('500 go away') }, { lastCode: 500 }],
  ])('fails on %s', async (_case, script, expected) => {
    expect((await loginFailure(script)).failure).toMatchObject(expected);
  });

  it('shows no secret in any error, and the command with stars', async () => {
    const { failure } = await loginFailure({ PASS: say('530 no') });
    expect((failure as Error).message).toMatch(/^127\.0\.0\.1:\d+ PASS \*\*\*: 530 no$/);
  });

  it.each<[string, Partial<FtpOptions>]>([
    ['user', { user: 'tally\r\nDELE x' }],
    ['password', { password: new Secret('hunter2\nDELE x') }],
  ])('never sends a line break in the %s', async (_what, options) => {
    const { failure, commands } = await loginFailure({}, options);
    expect(failure).toMatchObject({ code: 'SETTINGS_INVALID', lastCode: -1 });
    expect((failure as Error).message).not.toContain('hunter2');
    expect(commands.join()).not.toContain('DELE');
  });

  it('has one limit for all of it, however slowly the server goes on', async () => {
    const slow: Answer = (session) => {
      const more = () => {
        session.control.write('220-still coming\r\n');
        if (session.control.writable) setTimeout(more, 20);
      };
      more();
    };
    const { failure } = await loginFailure({ GREETING: slow }, { timeoutMs: 300 });
    expect(failure).toMatchObject({ code: 'TIMEOUT', lastCode: 2000 });
  });

  it('is CANCELLED at once and closes everything', async () => {
    await using server = await startScriptedServer({ USER: () => undefined });
    const abort = new AbortController();
    const client = clientFor(server);
    const failure = expect(client.connect({ signal: abort.signal })).rejects.toMatchObject({
      code: 'CANCELLED',
      lastCode: -1,
    });
    setTimeout(() => abort.abort(), 30);
    await failure;
    await server.quiet();
  });

  it('is CLOSED when closed meanwhile', async () => {
    await using server = await startScriptedServer({ USER: () => undefined });
    const client = clientFor(server);
    const failure = expect(client.connect(call)).rejects.toMatchObject({ code: 'CLOSED' });
    setTimeout(() => void client.close(), 30);
    await failure;
    await server.quiet();
  });

  it('does without FEAT', async () => {
    await withSession({ FEAT: say('502 unknown') }, async (client) => {
      expect((await client.stat(file, call)).sizeBytes).toBe(21);
      expect(client.capabilities).toMatchObject({ resumeRead: true, setModifiedTime: false });
    });
  });

  it('asks for the facts that the server keeps back', async () => {
    await withSession(
      { FEAT: say('211-Features\r\n MLST type*;size;modify;perm*;\r\n211 End') },
      async (_client, server) => {
        expect(server.commands).toContain('OPTS MLST type;size;modify;');
      },
    );
  });
});

describe('between two calls', () => {
  it('a 421 that came meanwhile is the failure of the next call', async () => {
    let session: ScriptedSession | undefined;
    const TYPE: Answer = (each) => {
      session = each;
      each.say('200 fine');
    };
    await withSession({ TYPE }, async (client, server) => {
      session?.control.end('421 Timeout (300 seconds): closing control connection.\r\n');
      await server.quiet();
      await expect(client.stat(file, call)).rejects.toMatchObject({
        code: 'SERVER_BUSY',
        lastCode: 421,
        sessionLost: true,
      });
    });
  });

  it('a reply that nobody asked for is not taken for the answer to the next command', async () => {
    const listing = '250-Listing\r\n type=file;size=21; /file\r\n250 End\r\n';
    const MLST: Answer = (session) => void session.control.write(`${listing}550 by the way\r\n`);
    await withSession({ MLST }, async (client) => {
      await client.stat(file, call);
      expect((await client.stat(file, call)).sizeBytes).toBe(21);
    });
  });

  it('replies without end are LIMIT_EXCEEDED', async () => {
    let session: ScriptedSession | undefined;
    const TYPE: Answer = (each) => {
      session = each;
      each.say('200 fine');
    };
    await withSession({ TYPE }, async (client, server) => {
      session?.control.write('200 more\r\n'.repeat(5_000));
      await server.quiet();
      await expect(client.stat(file, call)).rejects.toMatchObject({
        code: 'LIMIT_EXCEEDED',
        lastCode: 10053,
        sessionLost: true,
      });
    });
  });
});

describe('list', () => {
  it('goes over to LIST once MLSD is unknown, and stays there', async () => {
    await withSession({ MLSD: say('500 unknown') }, async (client, server) => {
      expect([await list(client), await list(client)]).toEqual([['file'], ['file']]);
      expect(server.commands.filter((line) => line.startsWith('MLSD'))).toHaveLength(1);
    });
  });

  it('by LIST enters the folder first, so that no server takes its name for an option or a pattern', async () => {
    await withSession(
      {},
      async (client, server) => {
        await list(client, '/-a *[x]');
        expect(server.commands.slice(-4)).toEqual(['PWD', 'CWD /-a *[x]', 'EPSV', 'LIST']);
      },
      { machineListings: false },
    );
  });

  it('asks vsftpd for hidden files, and takes nothing at all for a refusal there', async () => {
    const script = {
      GREETING: say('220 (vsFTPd 3.0.3)'),
      LIST: (session: ScriptedSession) => session.send(''),
    };
    await withSession(
      script,
      async (client, server) => {
        await expect(list(client)).rejects.toMatchObject({
          code: 'PERMISSION_DENIED',
          lastCode: -1,
          sessionLost: false,
        });
        expect(server.commands.at(-1)).toBe('LIST -a');
      },
      { machineListings: false },
    );
  });

  it('gives nothing for an empty folder', async () => {
    await withSession({ MLSD: (session) => session.send('type=cdir; /folder\r\n') }, async (client) => {
      expect(await list(client)).toEqual([]);
    });
  });

  it('takes a last line without its end', async () => {
    await withSession({ MLSD: (session) => session.send('type=file; a\r\ntype=file; b') }, async (client) => {
      expect(await list(client)).toEqual(['a', 'b']);
    });
  });

  it('shows what it cannot understand, made printable', async () => {
    const warnings: string[] = [];
    await withSession(
      { MLSD: (session) => session.send('odd \u001b[2J line\r\ntype=file; a\r\n') },
      async (client) => {
        const names: string[] = [];
        for await (const entry of client.list(file, { ...call, onWarning: (text) => warnings.push(text) }))
          names.push(entry.name);
        expect(names).toEqual(['a']);
        expect(warnings).toEqual(['odd \\x1b[2J line']);
      },
    );
  });

  it('without its final reply is broken off, since entries may be missing', async () => {
    const MLSD: Answer = async (session) => {
      session.say('150 go');
      (await session.data()).end('type=file; a\r\n');
      session.control.end();
    };
    await withSession({ MLSD }, (client) =>
      expect(list(client)).rejects.toMatchObject({
        code: 'CONNECTION_LOST',
        lastCode: 10054,
        sessionLost: true,
      }),
    );
  });

  it('with a line of more than 64 KiB is LIMIT_EXCEEDED', async () => {
    await withSession({ MLSD: (session) => session.send(`type=file; ${'x'.repeat(70_000)}`) }, (client) =>
      expect(list(client)).rejects.toMatchObject({
        code: 'LIMIT_EXCEEDED',
        lastCode: 10053,
        sessionLost: true,
      }),
    );
  });

  it('of a million entries never holds more than a few of them', { timeout: 120_000 }, async () => {
    const MLSD: Answer = async (session) => {
      session.say('150 go');
      const data = await session.data();
      for (let block = 0; block < 1_000; block += 1) {
        const lines = Array.from(
          { length: 1_000 },
          (_, index) => `type=file;size=1; entry-${block * 1_000 + index}\r\n`,
        ).join('');
        if (!data.write(lines)) await new Promise((resolve) => data.once('drain', resolve));
      }
      data.end();
      data.once('close', () => session.say('226 done'));
      data.resume();
    };
    await withSession({ MLSD }, async (client) => {
      let count = 0;
      let most = 0;
      for await (const entry of client.list(file, call)) {
        if (entry.name !== `entry-${count}`) throw new Error(`${entry.name} came as number ${count}`);
        count += 1;
        if (count % 100_000 === 1) most = Math.max(most, process.memoryUsage().heapUsed);
      }
      expect(count).toBe(1_000_000);
      expect(most).toBeLessThan(400_000_000);
    });
  });

  it('that is left early reads a short rest over and goes on with the session', async () => {
    await withSession({}, async (client) => {
      for await (const entry of client.list(file, call)) {
        expect(entry.name).toBe('file');
        break;
      }
      expect(await list(client)).toEqual(['file', 'folder']);
    });
  });

  it('that is left early with a long rest gives the session up', async () => {
    const MLSD: Answer = (session) => session.send('type=file; entry\r\n'.repeat(200_000));
    await withSession({ MLSD }, async (client) => {
      for await (const entry of client.list(file, call)) {
        expect(entry.name).toBe('entry');
        break;
      }
      await expect(client.stat(file, call)).rejects.toMatchObject({
        code: 'CONNECTION_LOST',
        sessionLost: true,
      });
    });
  });
});

describe('a relative path', () => {
  it('starts from the login folder, also after another folder was entered', async () => {
    await withSession(
      {},
      async (client, server) => {
        await list(client, '/elsewhere');
        await client.remove(remotePath('here'), call);
        expect(server.commands.slice(-2)).toEqual(['CWD /home', 'DELE here']);
      },
      { machineListings: false },
    );
  });

  it('starts from a login folder that is told without quotes', async () => {
    await withSession(
      { PWD: say('257 /home/tally is your current location') },
      async (client, server) => {
        await list(client, '/elsewhere');
        await client.remove(remotePath('here'), call);
        expect(server.commands.slice(-2)).toEqual(['CWD /home/tally', 'DELE here']);
      },
      { machineListings: false },
    );
  });

  it('is refused once the way back to an unknown login folder is lost, and absolute ones still work', async () => {
    await withSession(
      { PWD: say('502 unknown') },
      async (client, server) => {
        await client.remove(remotePath('here'), call);
        await list(client, '/elsewhere');
        await expect(client.remove(remotePath('here'), call)).rejects.toMatchObject({
          code: 'UNSUPPORTED',
          lastCode: -1,
        });
        await client.remove(file, call);
        expect(server.commands.at(-1)).toBe('DELE /file');
      },
      { machineListings: false },
    );
  });

  it('with a leading dash is no option', async () => {
    await withSession({}, async (client, server) => {
      await client.remove(remotePath('-rf'), call);
      expect(server.commands.at(-1)).toBe('DELE ./-rf');
    });
  });

  it('that is empty is the login folder', async () => {
    await withSession({}, async (client, server) => {
      await list(client, '');
      expect(server.commands.at(-1)).toBe('MLSD');
    });
  });
});

describe('stat', () => {
  const folder: Script = { CWD: say('250 in') };
  const none: Script = { CWD: say('550 no') };

  it.each<[string, Script, object]>([
    ['a folder by CWD', folder, { kind: 'folder' }],
    [
      'a file by SIZE and MDTM',
      none,
      { kind: 'file', sizeBytes: 21, modifiedMs: Date.UTC(2024, 0, 2, 3, 4, 5) },
    ],
    [
      'a file by SIZE where MDTM is unknown',
      { ...none, MDTM: say('502 unknown') },
      { kind: 'file', sizeBytes: 21 },
    ],
    [
      'a file by the listing of its folder',
      {
        CWD: (session, path) => session.say(path === '/file' ? '550 no' : '250 in'),
        SIZE: say('500 unknown'),
      },
      { kind: 'file', sizeBytes: 21 },
    ],
  ])('without MLST finds %s', async (_case, script, expected) => {
    await withSession(
      { MLST: say('500 unknown'), ...script },
      async (client) => {
        expect(await client.stat(file, call)).toMatchObject({ name: 'file', ...expected });
      },
      { machineListings: false },
    );
  });

  it.each<[string, Script]>([
    ['by MLST', { MLST: say('550 no') }],
    ['by SIZE', { MLST: say('500 unknown'), CWD: say('550 no'), SIZE: say('550 no') }],
    [
      'by the listing',
      {
        MLST: say('500 unknown'),
        CWD: (session, path) => session.say(path === '/other' ? '550 no' : '250 in'),
        SIZE: say('500 unknown'),
      },
    ],
  ])('of what is not there is NOT_FOUND with the code of the server, %s', async (_case, script) => {
    await withSession(script, (client) =>
      expect(client.stat(remotePath('/other'), call)).rejects.toMatchObject({
        code: 'NOT_FOUND',
        lastCode: 550,
        phase: 'stat',
        sessionLost: false,
      }),
    );
  });

  it('asks for SIZE in binary type only, after a text transfer too', async () => {
    await withSession(
      { CWD: say('550 no') },
      async (client, server) => {
        await client.read(file, { write: () => undefined }, { ...call, ascii: true });
        await client.stat(file, call);
        expect(server.commands.filter((line) => /^(TYPE|SIZE)/.test(line))).toEqual([
          'TYPE I',
          'TYPE A',
          'TYPE I',
          'SIZE /file',
        ]);
      },
      { machineListings: false },
    );
  });
});

describe('text transfers', () => {
  it('give our line ends and count what was given and taken', async () => {
    let text = '';
    let received = '';
    const script: Script = {
      RETR: (session) => session.send('a\r\nb\r\n'),
      STOR: async (session) => {
        await session.receive();
        received = session.received;
      },
    };
    await withSession(script, async (client) => {
      const read = await client.read(
        file,
        { write: (chunk) => void (text += Buffer.from(chunk).toString()) },
        { ...call, ascii: true },
      );
      const written = await client.write(file, source('x\ny\n'), { ...call, ascii: true });
      expect([read.bytes, written.bytes]).toEqual([4, 4]);
    });
    expect([text, received]).toEqual(['a\nb\n', 'x\r\ny\r\n']);
  });

  it.each(['read', 'write'] as const)('cannot %s from an offset', async (verb) => {
    await withSession({}, async (client) => {
      const options = { ...call, ascii: true, offset: 3 };
      const failure: Promise<unknown> =
        verb === 'read'
          ? client.read(file, { write: () => undefined }, options)
          : client.write(file, source('x'), options);
      await expect(failure).rejects.toMatchObject({ code: 'UNSUPPORTED', lastCode: -1 });
    });
  });
});

describe('a refusal', () => {
  it.each<[string, Script, object]>([
    ['of a missing file is NOT_FOUND', { MLST: say('550 no') }, { code: 'NOT_FOUND', lastCode: 550 }],
    [
      'of a folder is IS_A_FOLDER',
      { MLST: say('250-\r\n type=dir; /file\r\n250 End') },
      { code: 'IS_A_FOLDER', lastCode: 550 },
    ],
    ['of a file that is there is PERMISSION_DENIED', {}, { code: 'PERMISSION_DENIED', lastCode: 550 }],
    [
      'stands as it is when the server cannot be asked any more',
      { MLST: (session) => void session.control.destroy() },
      { code: 'REFUSED', lastCode: 550 },
    ],
  ])('%s', async (_case, script, expected) => {
    const refusing: Script = { ...script, RETR: say('550 no') };
    await withSession(refusing, (client) =>
      expect(client.read(file, { write: () => undefined }, call)).rejects.toMatchObject({
        ...expected,
        reply: '550 no',
        phase: 'read',
      }),
    );
  });

  it('of a new folder is fine when the folder is there', async () => {
    const script = { MKD: say('550 exists'), MLST: say('250-\r\n type=dir; /file\r\n250 End') };
    await withSession(script, async (client) =>
      expect((await client.makeFolder(file, call)).lastCode).toBe(250),
    );
  });

  it('of a new folder is ALREADY_EXISTS when a file is there', async () => {
    await withSession({ MKD: say('550 exists') }, (client) =>
      expect(client.makeFolder(file, call)).rejects.toMatchObject({ code: 'ALREADY_EXISTS', lastCode: 550 }),
    );
  });

  it('to rename onto something is ALREADY_EXISTS', async () => {
    await withSession({ RNTO: say('553 exists') }, (client) =>
      expect(client.rename(remotePath('/a'), file, { ...call, replace: true })).rejects.toMatchObject({
        code: 'ALREADY_EXISTS',
        lastCode: 553,
      }),
    );
  });

  it('to remove a folder is FOLDER_NOT_EMPTY when something is in it', async () => {
    const script = { RMD: say('550 no'), MLST: say('250-\r\n type=dir; /file\r\n250 End') };
    await withSession(script, (client) =>
      expect(client.removeFolder(file, call)).rejects.toMatchObject({
        code: 'FOLDER_NOT_EMPTY',
        lastCode: 550,
      }),
    );
  });

  it('to set a time is UNSUPPORTED where the server has no command for it, and nothing is sent', async () => {
    await withSession({ FEAT: say('211-\r\n SIZE\r\n211 End') }, async (client, server) => {
      const sent = server.commands.length;
      await expect(client.setModifiedTime(file, 0, call)).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        lastCode: -1,
      });
      expect(server.commands).toHaveLength(sent);
    });
  });
});

describe('setModifiedTime', () => {
  it('uses MFMT, and MDTM with vsftpd', async () => {
    await withSession({}, async (client, server) => {
      await client.setModifiedTime(file, Date.UTC(2024, 1, 29, 1, 2, 3, 999), call);
      expect(server.commands.at(-1)).toBe('MFMT 20240229010203 /file');
    });
    const vsftpd = { GREETING: say('220 (vsFTPd 3.0.3)'), FEAT: say('211-\r\n SIZE\r\n211 End') };
    await withSession(vsftpd, async (client, server) => {
      await client.setModifiedTime(file, Date.UTC(2024, 1, 29, 1, 2, 3), call);
      expect(server.commands.at(-1)).toBe('MDTM 20240229010203 /file');
    });
  });
});

describe('keep-alive', () => {
  it.each<[string, Answer]>([
    ['before the end of the transfer', say('200 fine')],
    ['after it', (session) => void setTimeout(() => session.say('200 fine'), 60)],
  ])('answered %s never disorders the replies', async (_case, NOOP) => {
    const RETR: Answer = async (session) => {
      session.say('150 go');
      const data = await session.data();
      data.write(CONTENT);
      await new Promise((resolve) => setTimeout(resolve, 50));
      data.end();
      data.once('close', () => session.say('226 done'));
      data.resume();
    };
    await withSession(
      { RETR, NOOP },
      async (client, server) => {
        for (let round = 0; round < 3; round += 1) {
          const receipt = await client.read(file, { write: () => undefined }, call);
          expect(receipt).toMatchObject({ lastCode: 226, bytes: CONTENT.length });
          expect((await client.stat(file, call)).sizeBytes).toBe(21);
        }
        expect(server.commands).toContain('NOOP');
      },
      { keepAliveMs: 10 },
    );
  });

  it('that is never answered costs the session, not the transfer', async () => {
    const RETR: Answer = async (session) => {
      session.say('150 go');
      await new Promise((resolve) => setTimeout(resolve, 50));
      (await session.data()).end(CONTENT);
      session.say('226 done');
    };
    await withSession(
      { RETR, NOOP: () => undefined },
      async (client) => {
        expect(await client.read(file, { write: () => undefined }, call)).toMatchObject({ lastCode: 226 });
        await expect(client.stat(file, call)).rejects.toMatchObject({
          code: 'TIMEOUT',
          lastCode: 2000,
          sessionLost: true,
        });
      },
      { keepAliveMs: 10, timeoutMs: 1_000 },
    );
  });
});

describe('close', () => {
  it('says QUIT and does not wait long for a server that does not answer', async () => {
    await withSession({ QUIT: () => undefined }, async (client, server) => {
      await client.close();
      expect(server.commands.at(-1)).toBe('QUIT');
    });
  });

  it('ends a call under way with CLOSED', async () => {
    await withSession({ MLST: () => undefined }, async (client) => {
      const failure = expect(client.stat(file, call)).rejects.toMatchObject({
        code: 'CLOSED',
        sessionLost: true,
      });
      await client.close();
      await failure;
      await expect(client.stat(file, call)).rejects.toMatchObject({ code: 'CLOSED' });
    });
  });

  it('lets every later call be CLOSED, and comes twice without harm', async () => {
    await withSession({}, async (client) => {
      await Promise.all([client.close(), client.close()]);
      await expect(client.remove(file, call)).rejects.toMatchObject({ code: 'CLOSED' });
      await expect(client.list(file, call)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
        code: 'CLOSED',
      });
    });
  });
});
