import { describe, expect, it } from 'vitest';
import { clientFor, startScriptedServer, type Script } from './scripted-ftp-server.testing.js';

const call = { signal: new AbortController().signal };

async function send(text: string, script: Script = {}) {
  await using server = await startScriptedServer({ SITE: (session) => session.say('200 done'), ...script });
  const client = clientFor(server);
  await client.connect(call);
  const before = server.commands.length;
  const outcome = await client.command(text, call).catch((error: unknown) => error);
  const sent = server.commands.slice(before);
  // Whatever came of it, the session stands.
  await client.read('/file' as never, { write: () => undefined }, call);
  await client.close();
  return { outcome, sent };
}

describe('a command of the user', () => {
  it.each(['SITE CHMOD 600 /in/a b.xml', 'site umask 022', 'NOOP'])(
    'goes out as it stands: %s',
    async (text) => {
      const { outcome, sent } = await send(text, { site: (session) => session.say('250 done') });
      expect(sent).toEqual([text]);
      expect(outcome).toMatchObject({ bytes: 0 });
      expect([200, 250]).toContain((outcome as { lastCode: number }).lastCode);
    },
  );

  it('waits for the last reply', async () => {
    const { outcome } = await send('SITE EXEC x', { SITE: (session) => session.say('150 wait\r\n250 done') });
    expect(outcome).toMatchObject({ lastCode: 250, reply: '250 done' });
  });

  it.each([
    ['550 no', 550, 'permanent'],
    ['500 what?', 500, 'permanent'],
    ['350 and?', 350, 'permanent'],
    ['450 busy', 450, 'transient'],
  ])('that the server refuses with %s is COMMAND_REFUSED, with its words', async (line, lastCode, retry) => {
    const { outcome } = await send('SITE X', { SITE: (session) => session.say(line) });
    expect(outcome).toMatchObject({
      code: 'COMMAND_REFUSED',
      lastCode,
      reply: line,
      retry,
      phase: 'command',
    });
  });

  it.each([
    'SITE a\r\nDELE b',
    'SITE a\nb',
    'SITE\0',
    'SITE\tx',
    '',
    '   ',
    '/etc/passwd',
    'S1TE x',
    'SITE\r\nDELE b',
  ])('that is none is not sent: %j', async (text) => {
    const { outcome, sent } = await send(text);
    expect(outcome).toMatchObject({ code: 'COMMAND_REFUSED', lastCode: -1, side: 'us' });
    expect(sent).toEqual([]);
  });

  it.each([
    'QUIT',
    'pasv',
    'PORT 1,2,3,4,5,6',
    'TYPE A',
    'RETR x',
    'stor x',
    'USER x',
    'REST 1',
    'CWD /',
    'AUTH TLS',
    'RNFR x',
  ])('that would change the session is not sent: %s', async (text) => {
    const { outcome, sent } = await send(text);
    expect(outcome).toMatchObject({ code: 'COMMAND_REFUSED', lastCode: -1, side: 'us' });
    expect(sent).toEqual([]);
  });
});
