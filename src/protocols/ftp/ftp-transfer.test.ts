import { describe, expect, it } from 'vitest';
import { remotePath } from '../../core/remote-path.js';
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

/** Runs `work` with a session on a server that follows `script`. */
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

async function download(
  client: FtpClient,
  offset?: number,
): Promise<{ text: string; lastCode: number; bytes: number }> {
  let text = '';
  const sink = { write: (chunk: Uint8Array) => void (text += Buffer.from(chunk).toString('latin1')) };
  const receipt = await client.read(file, sink, offset === undefined ? call : { ...call, offset });
  return { text, lastCode: receipt.lastCode, bytes: receipt.bytes };
}

async function* source(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

const whole = { text: CONTENT, lastCode: 226, bytes: CONTENT.length };

async function finished(session: ScriptedSession): Promise<void> {
  const data = await session.data();
  data.end(CONTENT);
  data.resume();
  await new Promise((resolve) => data.once('close', resolve));
}

describe('a download', () => {
  it.each<[string, Answer, object]>([
    [
      '226 comes before the data is drained',
      async (session) => {
        session.say('150 go\r\n226 done');
        await finished(session);
      },
      whole,
    ],
    [
      'the end of the data comes long before 226',
      async (session) => {
        session.say('150 go');
        await finished(session);
        session.say('226 done');
      },
      whole,
    ],
    [
      '150 never comes',
      async (session) => {
        await finished(session);
        session.say('226 done');
      },
      whole,
    ],
    [
      '250 ends it',
      async (session) => {
        session.say('125 go');
        await finished(session);
        session.say('250 done');
      },
      { ...whole, lastCode: 250 },
    ],
    [
      'replies come byte by byte',
      async (session) => {
        const data = finished(session);
        for (const byte of '150-go\r\n150 on\r\n') session.control.write(byte);
        await data;
        for (const byte of '226-all\r\n 226 in it\r\n226 done\r\n') session.control.write(byte);
      },
      whole,
    ],
    [
      'the announced size is the one that came',
      async (session) => {
        session.say(`150 Opening BINARY mode data connection for /file (${CONTENT.length} bytes)`);
        await finished(session);
        session.say('226 done');
      },
      whole,
    ],
    [
      'more came than was announced, the file having grown',
      async (session) => {
        session.say('150 Opening BINARY mode data connection for /file (3 bytes)');
        await finished(session);
        session.say('226 done');
      },
      whole,
    ],
  ])('is whole when %s', async (_case, RETR, expected) => {
    expect(await withSession({ RETR }, (client) => download(client))).toEqual(expected);
  });

  it('is whole when the connection is reset, but not before all announced bytes were taken', async () => {
    let taken: () => void = () => undefined;
    const hasTaken = new Promise<void>((resolve) => {
      taken = resolve;
    });
    const RETR: Answer = async (session) => {
      session.say(`150 Opening BINARY mode data connection for /file (${CONTENT.length} bytes)`);
      const data = await session.data();
      data.write(CONTENT);
      await hasTaken;
      data.resetAndDestroy();
      session.say('226 done');
    };
    const receipt = await withSession({ RETR }, (client) =>
      client.read(file, { write: () => void taken() }, call),
    );
    expect(receipt).toMatchObject({ lastCode: 226, bytes: CONTENT.length });
  });

  it.each<[string, Answer, object]>([
    [
      '426 after some of the data',
      async (session) => {
        session.say('150 go');
        await finished(session);
        session.say('426 cut');
      },
      { code: 'CONNECTION_LOST', lastCode: 426, sessionLost: false },
    ],
    [
      '451 while the data still flows',
      async (session) => {
        session.say('150 go');
        (await session.data()).write(CONTENT);
        session.say('451 disk trouble');
      },
      { code: 'SERVER_BUSY', lastCode: 451, sessionLost: false },
    ],
    [
      '425 because the data connection cannot be used',
      async (session) => {
        session.say('425 cannot open data connection');
        (await session.data()).destroy();
      },
      { code: 'CONNECTION_LOST', lastCode: 425, sessionLost: false },
    ],
    [
      '426 after the data connection was reset',
      async (session) => {
        session.say('150 go');
        (await session.data()).resetAndDestroy();
        session.say('426 cut');
      },
      { code: 'CONNECTION_LOST', lastCode: 426, sessionLost: false },
    ],
    [
      '522 for want of session reuse',
      (session) => session.say('522 SSL connection failed; session reuse required'),
      { code: 'TLS_FAILED', lastCode: 522, sessionLost: false },
    ],
    [
      'fewer bytes than announced, and 226',
      async (session) => {
        session.say('150 Opening BINARY mode data connection for /file (1000 bytes)');
        await finished(session);
        session.say('226 done');
      },
      { code: 'TRUNCATED', lastCode: -1, sessionLost: false },
    ],
    [
      'a reset data connection, and 226',
      async (session) => {
        session.say('150 go');
        (await session.data()).resetAndDestroy();
        session.say('226 done');
      },
      { code: 'TRUNCATED', lastCode: -1, sessionLost: false },
    ],
    [
      'all the data and then the end of the session',
      async (session) => {
        session.say('150 go');
        await finished(session);
        session.control.end();
      },
      { code: 'REPLY_LOST', lastCode: 10054, sessionLost: true },
    ],
    [
      'all the data and then 421',
      async (session) => {
        session.say('150 go');
        await finished(session);
        session.say('421 going down');
      },
      { code: 'SERVER_BUSY', lastCode: 421, sessionLost: true },
    ],
    [
      'a preliminary reply where a final one belongs, then nothing',
      async (session) => {
        session.say('150 go');
        await finished(session);
        session.say('150 go');
      },
      { code: 'REPLY_LOST', lastCode: 2000, sessionLost: true },
    ],
    [
      'an intermediate reply',
      (session) => session.say('350 and now?'),
      { code: 'PROTOCOL_VIOLATION', lastCode: 350, sessionLost: true },
    ],
  ])('fails with its own code on %s', async (_case, RETR, expected) => {
    const failure = withSession(
      { RETR },
      (client) => expect(download(client)).rejects.toMatchObject(expected),
      { timeoutMs: 1_000 },
    );
    await failure;
  });

  it('gives the server some time to say why a data connection broke, and no more', async () => {
    const RETR: Answer = async (session) => {
      session.say('150 go');
      (await session.data()).resetAndDestroy();
    };
    await withSession(
      { RETR },
      (client) =>
        expect(download(client)).rejects.toMatchObject({
          code: 'CONNECTION_LOST',
          lastCode: 10054,
          sessionLost: true,
        }),
      { timeoutMs: 300 },
    );
  });

  it('that stalls is TIMEOUT', async () => {
    const RETR: Answer = async (session) => {
      session.say('150 go');
      (await session.data()).write('some');
    };
    await withSession(
      { RETR },
      (client) =>
        expect(download(client)).rejects.toMatchObject({
          code: 'TIMEOUT',
          lastCode: 2000,
          sessionLost: true,
        }),
      { timeoutMs: 300 },
    );
  });

  it('does not count the time in which the sink makes the server wait', async () => {
    const sink = { write: () => new Promise<void>((resolve) => setTimeout(resolve, 700)) };
    await withSession({}, (client) => client.read(file, sink, call), { timeoutMs: 300 });
  });

  it('after a refusal leaves the session usable', async () => {
    let refusals = 0;
    const RETR: Answer = (session) => (refusals++ === 0 ? session.say('450 busy') : session.send(CONTENT));
    const result = await withSession({ RETR }, async (client) => {
      await expect(download(client)).rejects.toMatchObject({ lastCode: 450, sessionLost: false });
      return download(client);
    });
    expect(result).toEqual(whole);
  });

  it('whose sink fails passes the failure on and leaves the session usable', async () => {
    const reason = new Error('our disk is full');
    const result = await withSession({}, async (client) => {
      await expect(client.read(file, { write: () => Promise.reject(reason) }, call)).rejects.toBe(reason);
      return download(client);
    });
    expect(result).toEqual(whole);
  });

  it('from an offset asks for it right before the file', async () => {
    await withSession({ RETR: (session) => session.send(CONTENT.slice(4)) }, async (client, server) => {
      expect((await download(client, 4)).text).toBe(CONTENT.slice(4));
      expect(server.commands.slice(-4, -1)).toEqual(['EPSV', 'REST 4', 'RETR /file']);
    });
  });

  it('from an offset that the server ignores is SIZE_MISMATCH', async () => {
    await withSession({}, (client) =>
      expect(download(client, 4)).rejects.toMatchObject({ code: 'SIZE_MISMATCH', lastCode: -1 }),
    );
  });

  it('from an offset that the server refuses is UNSUPPORTED, and the session is usable', async () => {
    await withSession({ REST: (session) => session.say('502 no') }, async (client) => {
      await expect(download(client, 4)).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        lastCode: 502,
        sessionLost: false,
      });
      expect(await download(client)).toEqual(whole);
    });
  });
});

describe('an upload', () => {
  it.each<[string, Answer]>([
    ['226 comes as it should', (session) => session.receive()],
    [
      '250 ends it',
      async (session) => {
        session.say('125 go');
        await session.takeAll();
        session.say('250 done');
      },
    ],
    [
      '150 never comes',
      async (session) => {
        await session.takeAll();
        session.say('226 done');
      },
    ],
  ])('is confirmed when %s', async (_case, STOR) => {
    const receipt = await withSession({ STOR }, (client) => client.write(file, source('abc', 'def'), call));
    expect(receipt).toMatchObject({ bytes: 6 });
  });

  it.each<[string, Answer, object]>([
    [
      '552 in the middle',
      async (session) => {
        session.say('150 go');
        const data = await session.data();
        data.once('data', () => session.say('552 quota exceeded'));
      },
      { code: 'NO_SPACE', lastCode: 552, sessionLost: false },
    ],
    [
      '552 and a reset data connection',
      async (session) => {
        session.say('150 go');
        const data = await session.data();
        data.once('data', () => {
          data.resetAndDestroy();
          session.say('552 quota exceeded');
        });
      },
      { code: 'NO_SPACE', lastCode: 552, sessionLost: false },
    ],
    [
      '426 after everything',
      async (session) => {
        session.say('150 go');
        await session.takeAll();
        session.say('426 cut');
      },
      { code: 'CONNECTION_LOST', lastCode: 426, sessionLost: false },
    ],
    ['553 at once', (session) => session.say('553 not there'), { lastCode: 553, sessionLost: false }],
    [
      'the end of the session after everything',
      async (session) => {
        session.say('150 go');
        await session.takeAll();
        session.control.end();
      },
      { code: 'REPLY_LOST', lastCode: 10054, sessionLost: true },
    ],
    [
      'silence after everything',
      async (session) => {
        session.say('150 go');
        await session.takeAll();
      },
      { code: 'REPLY_LOST', lastCode: 2000, sessionLost: true },
    ],
    [
      'a data connection that closes in the middle, and 226',
      async (session) => {
        session.say('150 go');
        const data = await session.data();
        data.once('data', () => {
          data.destroy();
          session.say('226 done');
        });
      },
      { code: 'TRUNCATED', lastCode: -1, sessionLost: false },
    ],
    [
      'a server that takes no data',
      async (session) => {
        session.say('150 go');
        (await session.data()).pause();
      },
      { code: 'TIMEOUT', lastCode: 2000, sessionLost: true },
    ],
  ])('fails with its own code on %s, and lets its source go', async (_case, STOR, expected) => {
    let isLetGo = false;
    async function* large() {
      try {
        const isShort = String(_case).includes('everything');
        for (let index = 0; isShort ? index < 1 : true; index += 1) yield Buffer.alloc(65_536);
      } finally {
        isLetGo = true;
      }
    }
    await withSession(
      { STOR },
      (client) => expect(client.write(file, large(), call)).rejects.toMatchObject(expected),
      { timeoutMs: 1_000 },
    );
    expect(isLetGo || (expected as { lastCode: number }).lastCode === 553).toBe(true);
  });

  it('whose source fails passes the failure on and leaves the session usable', async () => {
    const reason = new Error('the source is gone');
    async function* failing() {
      yield Buffer.from('some');
      throw reason;
    }
    await withSession({}, async (client) => {
      await expect(client.write(file, failing(), call)).rejects.toBe(reason);
      expect(await client.write(file, source('all'), call)).toMatchObject({ bytes: 3, lastCode: 226 });
    });
  });

  it.each<[string, number, readonly string[]]>([
    ['at the end of the file appends, which no server can ignore', 21, ['SIZE /file', 'EPSV', 'APPE /file']],
    ['within the file asks for the offset right before', 5, ['SIZE /file', 'EPSV', 'REST 5', 'STOR /file']],
  ])('from an offset %s', async (_case, offset, commands) => {
    await withSession({}, async (client, server) => {
      await client.write(file, source('x'), { ...call, offset });
      expect(server.commands.slice(-commands.length)).toEqual(commands);
    });
  });

  it('from an offset beyond the end of the file is refused before anything is sent', async () => {
    await withSession({}, async (client, server) => {
      await expect(client.write(file, source('x'), { ...call, offset: 22 })).rejects.toMatchObject({
        code: 'SIZE_MISMATCH',
        lastCode: -1,
      });
      expect(server.commands.at(-1)).toBe('SIZE /file');
    });
  });

  it('from an offset that the server does not allow is UNSUPPORTED', async () => {
    await withSession(
      { APPE: (session) => session.say('451 Append/Restart not permitted, try again') },
      (client) =>
        expect(client.write(file, source('x'), { ...call, offset: 21 })).rejects.toMatchObject({
          code: 'UNSUPPORTED',
          lastCode: 451,
        }),
    );
  });
});

describe('the data connection', () => {
  it('goes to the server, whatever address PASV names', async () => {
    expect(await withSession({}, (client) => download(client), { extendedCommands: false })).toEqual(whole);
  });

  it.each([500, 501, 502, 522])(
    'is asked for by PASV once EPSV was refused with %d, and from then on',
    async (code) => {
      await withSession({ EPSV: (session) => session.say(`${code} no`) }, async (client, server) => {
        await download(client);
        await download(client);
        expect(server.commands.filter((line) => /^(EPSV|PASV)/.test(line))).toEqual(['EPSV', 'PASV', 'PASV']);
      });
    },
  );

  it('is asked for by PASV when the port of EPSV cannot be reached', async () => {
    await withSession({ EPSV: (session) => session.say('229 (|||1024|)') }, async (client, server) => {
      expect(await download(client)).toEqual(whole);
      expect(server.commands.filter((line) => /^(EPSV|PASV)/.test(line))).toEqual(['EPSV', 'PASV']);
    });
  });

  it('that cannot be made has the code of the socket, and the session stays usable', async () => {
    const script = {
      EPSV: (session: ScriptedSession) => session.say('500 no'),
      PASV: (session: ScriptedSession) => session.say('227 (127,0,0,1,4,0)'),
    };
    await withSession(script, async (client) => {
      await expect(download(client)).rejects.toMatchObject({
        code: 'CONNECT_REFUSED',
        lastCode: 10061,
        sessionLost: false,
      });
      expect((await client.stat(file, call)).sizeBytes).toBe(21);
    });
  });

  it.each(['229 (|||21|)', '229 nothing', '229 (|||99999|)'])(
    'is refused when the server says %s',
    async (reply) => {
      await withSession({ EPSV: (session) => session.say(reply) }, (client) =>
        expect(download(client)).rejects.toMatchObject({
          code: 'PROTOCOL_VIOLATION',
          lastCode: 10053,
          sessionLost: true,
        }),
      );
    },
  );
});
