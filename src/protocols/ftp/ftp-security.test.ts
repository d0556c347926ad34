import { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { remotePath } from '../../core/remote-path.js';
import { authorityCertificate, readTestKey } from '../../../test/servers/test-keys.js';
import type { FtpClient } from './ftp-client.js';
import type { FtpOptions } from './ftp-options.js';
import {
  clientFor,
  CONTENT,
  startScriptedServer,
  type Answer,
  type Script,
  type ScriptedServer,
} from './scripted-ftp-server.testing.js';

const call = { signal: new AbortController().signal };
const file = remotePath('/file');
const say =
  (line: string): Answer =>
  (session) =>
    session.say(line);
const certificate = { key: readTestKey('valid.key'), cert: readTestKey('valid.crt') };

const secured: Script = {
  AUTH: (session) => {
    session.say('234 go on');
    session.secureControl(certificate);
  },
  PBSZ: say('200 fine'),
  PROT: say('200 fine'),
};

const explicit: Partial<FtpOptions> = {
  security: 'explicit',
  tls: { ca: [authorityCertificate()], pins: [], serverName: 'localhost' },
};

async function withClient<T>(
  script: Script,
  work: (client: FtpClient, server: ScriptedServer) => Promise<T>,
  options: Partial<FtpOptions> = {},
): Promise<T> {
  await using server = await startScriptedServer({ ...secured, ...script });
  const client = clientFor(server, { ...explicit, ...options });
  try {
    return await work(client, server);
  } finally {
    await client.close();
    await server.quiet();
  }
}

/** RETR over TLS that sends `text`, and ends with or without close_notify. */
function sendSecured(text: string, end: 'close_notify' | 'cut', preliminary = '150 here it comes'): Answer {
  return async (session) => {
    session.say(preliminary);
    const raw = await session.data();
    const data = new TLSSocket(raw, { isServer: true, ...certificate });
    data.on('error', () => undefined);
    await new Promise<void>((resolve) => data.write(text, () => resolve()));
    if (end === 'close_notify') data.end();
    // The kernel sends what TLS has written, and then its own end.
    else raw.destroySoon();
    data.resume();
    await new Promise((resolve) => raw.once('close', resolve));
    session.say('226 done');
  };
}

async function download(client: FtpClient): Promise<string> {
  let text = '';
  await client.read(file, { write: (chunk) => void (text += Buffer.from(chunk).toString()) }, call);
  return text;
}

describe('explicit TLS', () => {
  it('protects the login and asks for protected data', async () => {
    await withClient({}, async (client, server) => {
      expect((await client.connect(call)).lastCode).toBe(230);
      expect(server.commands.slice(0, 5)).toEqual([
        'AUTH TLS',
        'USER tally',
        'PASS hunter2',
        'PBSZ 0',
        'PROT P',
      ]);
    });
  });

  it.each([500, 502, 504, 530, 534])(
    'that the server refuses with %d is TLS_FAILED, and no password is sent',
    async (code) => {
      await withClient({ AUTH: say(`${code} no`) }, async (client, server) => {
        await expect(client.connect(call)).rejects.toMatchObject({
          code: 'TLS_FAILED',
          lastCode: code,
          phase: 'tls',
        });
        expect(server.commands).toEqual(['AUTH TLS']);
      });
    },
  );

  it.each(['230 logged in\r\n', '2', '\r\n234'])(
    'refuses clear text that was slipped in before it: %j',
    async (slipped) => {
      const AUTH: Answer = (session) => void session.control.write(`234 go on\r\n${slipped}`);
      await withClient({ AUTH }, async (client, server) => {
        await expect(client.connect(call)).rejects.toMatchObject({
          code: 'PROTOCOL_VIOLATION',
          lastCode: 10053,
          phase: 'tls',
        });
        expect(server.commands).toEqual(['AUTH TLS']);
      });
    },
  );

  it('with a server that goes on in clear text is TLS_FAILED', async () => {
    await withClient({ AUTH: say('234 go on'), USER: say('331 password?') }, async (client, server) => {
      setTimeout(() => server.sayToAll('230 logged in\r\n'), 50);
      await expect(client.connect(call)).rejects.toMatchObject({ code: 'TLS_FAILED', lastCode: 10053 });
    });
  });

  it('of a server that closes before the hand-shake is told at once, with the number of the socket', async () => {
    await withClient(
      { GREETING: (session) => void session.control.destroy() },
      (client) =>
        expect(client.connect(call)).rejects.toMatchObject({ code: 'CONNECTION_LOST', lastCode: 10054 }),
      // Options of its own: that nobody has read the CAs yet is part of the case.
      { security: 'implicit', tls: { ca: [authorityCertificate()], pins: [] }, timeoutMs: 2_000 },
    );
  });

  it('whose hand-shake never ends is TIMEOUT', async () => {
    await withClient(
      { AUTH: say('234 go on') },
      (client) => expect(client.connect(call)).rejects.toMatchObject({ code: 'TIMEOUT', lastCode: 2000 }),
      { timeoutMs: 200 },
    );
  });

  it.each([431, 503, 534, 536])(
    'never goes on with clear data when PROT P is refused with %d',
    async (code) => {
      await withClient({ PROT: say(`${code} no`) }, async (client, server) => {
        await expect(client.connect(call)).rejects.toMatchObject({ code: 'TLS_FAILED', lastCode: code });
        expect(server.commands.at(-1)).toBe('PROT P');
      });
    },
  );

  it('does without PBSZ where the server does not know it', async () => {
    await withClient({ PBSZ: say('500 unknown') }, async (client) =>
      expect((await client.connect(call)).lastCode).toBe(230),
    );
  });

  it('has clear data when the connection says so', async () => {
    await withClient(
      {},
      async (client, server) => {
        await client.connect(call);
        expect(await download(client)).toBe(CONTENT);
        expect(server.commands).toContain('PROT C');
      },
      { dataProtection: 'clear' },
    );
  });
});

describe('a protected download', () => {
  it('is whole when it ends with close_notify', async () => {
    await withClient({ RETR: sendSecured(CONTENT, 'close_notify') }, async (client) => {
      await client.connect(call);
      expect(await download(client)).toBe(CONTENT);
    });
  });

  it('is whole when it ends without close_notify and the size agrees', async () => {
    await withClient({ RETR: sendSecured(CONTENT, 'cut') }, async (client, server) => {
      await client.connect(call);
      expect(await download(client)).toBe(CONTENT);
      expect(server.commands.at(-1)).toBe('SIZE /file');
    });
  });

  it.each<[string, Answer]>([
    ['than SIZE says', sendSecured(CONTENT.slice(0, 9), 'cut')],
    [
      'than was announced',
      sendSecured(CONTENT.slice(0, 9), 'cut', '150 Opening data connection for /file (21 bytes)'),
    ],
  ])('is TRUNCATED when it ends without close_notify and with less %s', async (_what, RETR) => {
    await withClient({ RETR }, async (client) => {
      await client.connect(call);
      await expect(download(client)).rejects.toMatchObject({ code: 'TRUNCATED', lastCode: -1 });
    });
  });

  it('from a server with another certificate than the one of the session is refused', async () => {
    const stranger = { key: readTestKey('self-signed.key'), cert: readTestKey('self-signed.crt') };
    const RETR: Answer = async (session) => {
      session.say('150 here it comes');
      const data = new TLSSocket(await session.data(), { isServer: true, ...stranger });
      data.on('error', () => data.destroy());
      data.on('end', () => data.destroy());
      data.resume();
      data.end('forged');
    };
    await withClient(
      { RETR },
      async (client) => {
        await client.connect(call);
        await expect(download(client)).rejects.toMatchObject({
          code: 'CERTIFICATE_REJECTED',
          lastCode: 10053,
          sessionLost: true,
        });
      },
      { timeoutMs: 1_000 },
    );
  });

  it('that the server refuses for want of session reuse says so', async () => {
    const RETR: Answer = async (session) => {
      session.say('150 here it comes');
      (await session.data()).destroy();
      session.say('522 SSL connection failed; session reuse required');
    };
    await withClient({ RETR }, async (client) => {
      await client.connect(call);
      await expect(download(client)).rejects.toMatchObject({
        code: 'TLS_FAILED',
        lastCode: 522,
        sessionLost: false,
      });
    });
  });
});
