import { describe, expect, it } from 'vitest';
import { remotePath } from '../../core/remote-path.js';
import { Secret } from '../../core/secret.js';
import { TransferError } from '../../core/transfer-error.js';
import { freePort } from '../../../test/servers/free-port.js';
import type { FtpOptions, FtpProxyLogin, FtpProxyOptions } from './ftp-options.js';
import { clientFor, startScriptedServer, type Answer, type Script } from './scripted-ftp-server.testing.js';

const call = { signal: new AbortController().signal };
const say =
  (line: string): Answer =>
  (session) =>
    session.say(line);

/** Answers a verb with the next line each time, and the last one from then on. */
function inTurn(...lines: readonly string[]): Answer {
  let turn = 0;
  return (session) => session.say(lines[Math.min(turn++, lines.length - 1)] ?? '');
}

const USER_AT_HOST: FtpProxyLogin = { style: 'user@host', separator: '@' };
const PROXY_SECRET = 'pr0xy-s3cret';

function through(
  port: number,
  login: FtpProxyLogin,
  withUser = true,
): Partial<FtpOptions> & { readonly ftpProxy: FtpProxyOptions } {
  const own = withUser ? { user: 'gate', password: new Secret(PROXY_SECRET) } : {};
  return { host: 'ftp.partner.example', port: 21, ftpProxy: { host: '127.0.0.1', port, login, ...own } };
}

/** A proxy that lets `gate` in, then passes the rest on to a server within it. */
const proxy: Script = {
  GREETING: say('220 firewall'),
  USER: inTurn('331 proxy password', '331 password'),
  PASS: inTurn('230 proxy login', '230 logged in'),
  SITE: say('200 connected to the server'),
  OPEN: say('220 connected to the server'),
};

async function loginCommands(login: FtpProxyLogin, script: Script = {}, changes: Partial<FtpOptions> = {}) {
  await using server = await startScriptedServer({ ...proxy, ...script });
  const client = clientFor(server, { ...through(server.port, login), ...changes });
  const receipt = await client.connect(call);
  await client.read(remotePath('/file'), { write: () => undefined }, call);
  await client.close();
  return { commands: server.commands.slice(0, server.commands.indexOf('FEAT')), receipt };
}

async function loginFailure(script: Script, login: FtpProxyLogin = USER_AT_HOST) {
  await using server = await startScriptedServer({ ...proxy, ...script });
  const client = clientFor(server, { ...through(server.port, login), timeoutMs: 400 });
  const error = await client.connect(call).catch((thrown: unknown) => thrown);
  await client.close();
  await server.quiet();
  if (!(error instanceof TransferError)) throw new Error('it did not fail');
  const shown = [error.message, error.reply, error.stack, JSON.stringify(error)].join(' ');
  expect(shown).not.toContain(PROXY_SECRET);
  expect(shown).not.toContain('hunter2');
  return { error, port: server.port };
}

describe('a login through an FTP proxy', () => {
  it.each<[FtpProxyLogin, string[]]>([
    [USER_AT_HOST, ['USER tally@ftp.partner.example', 'PASS hunter2']],
    [{ style: 'user@host', separator: '#' }, ['USER tally#ftp.partner.example', 'PASS hunter2']],
    [{ style: 'site' }, ['SITE ftp.partner.example', 'USER tally', 'PASS hunter2']],
    [{ style: 'open' }, ['OPEN ftp.partner.example', 'USER tally', 'PASS hunter2']],
  ])('in the style %j names the server its way, and transfers', async (login, commands) => {
    const { commands: said, receipt } = await loginCommands(login);
    expect(said).toEqual(['USER gate', `PASS ${PROXY_SECRET}`, ...commands]);
    expect(receipt.lastCode).toBe(230);
  });

  it('names the port where it is not 21', async () => {
    const { commands } = await loginCommands(USER_AT_HOST, {}, { port: 2121 });
    expect(commands).toContain('USER tally@ftp.partner.example:2121');
  });

  it('skips the login of a proxy that wants none', async () => {
    await using server = await startScriptedServer(proxy);
    const client = clientFor(server, through(server.port, USER_AT_HOST, false));
    await client.connect(call);
    await client.close();
    expect(server.commands.slice(0, 2)).toEqual(['USER tally@ftp.partner.example', 'PASS hunter2']);
  });

  it('by an own script fills in every placeholder once', async () => {
    const script = ['USER %proxyuser%;%host%;%port%', 'PASS %PROXYPASS%', 'USER %user%', 'PASS %pass%'];
    const { commands } = await loginCommands(
      { style: 'custom', commands: script },
      {},
      { user: '%host%', port: 2121 },
    );
    expect(commands).toEqual([
      'USER gate;ftp.partner.example;2121',
      `PASS ${PROXY_SECRET}`,
      'USER %host%',
      'PASS hunter2',
    ]);
  });

  it('sends no password after a user that needs none', async () => {
    const { commands } = await loginCommands(USER_AT_HOST, { USER: say('230 come in') });
    expect(commands).toEqual(['USER gate', 'USER tally@ftp.partner.example']);
  });

  it('does not take the greeting of the server for an answer to USER', async () => {
    const { commands, receipt } = await loginCommands(
      { style: 'open' },
      {
        OPEN: say('200 connecting'),
        USER: inTurn('331 proxy password', '220 the server greets\r\n331 password'),
      },
    );
    expect(commands.at(-1)).toBe('PASS hunter2');
    expect(receipt.reply).toBe('230 logged in');
  });

  it.each<[string, Script, FtpProxyLogin, object, boolean]>([
    [
      'the proxy refuses its own password',
      { PASS: say('530 who are you') },
      USER_AT_HOST,
      { code: 'PROXY_AUTH_REJECTED', lastCode: 530, side: 'proxy', retry: 'auth' },
      true,
    ],
    [
      'the proxy may not go to the server',
      { USER: inTurn('331 proxy password', '550 not allowed') },
      USER_AT_HOST,
      { code: 'PROXY_REFUSED', lastCode: 550, side: 'proxy', retry: 'permanent' },
      true,
    ],
    [
      'the proxy cannot reach the server',
      { SITE: say('421 connection refused') },
      { style: 'site' },
      { code: 'PROXY_FAILED', lastCode: 421, side: 'proxy', retry: 'transient' },
      true,
    ],
    [
      'the proxy does not know OPEN',
      { OPEN: say('500 never heard of it') },
      { style: 'open' },
      { code: 'PROXY_REFUSED', lastCode: 500, side: 'proxy' },
      true,
    ],
    [
      'the proxy is full',
      { GREETING: (session) => void session.control.end('421 too many users\r\n') },
      USER_AT_HOST,
      { code: 'PROXY_FAILED', lastCode: 421, retry: 'transient' },
      true,
    ],
    [
      'the proxy is no FTP proxy',
      { GREETING: say('SSH-2.0-OpenSSH') },
      USER_AT_HOST,
      { code: 'PROXY_FAILED', lastCode: 10053 },
      true,
    ],
    [
      'the proxy hangs up',
      { PASS: (session) => void session.control.end() },
      USER_AT_HOST,
      { code: 'PROXY_FAILED', lastCode: 10054 },
      true,
    ],
    [
      'the proxy keeps silent',
      { USER: () => undefined },
      USER_AT_HOST,
      { code: 'PROXY_FAILED', lastCode: 2000 },
      true,
    ],
    [
      'the server refuses our password',
      { PASS: inTurn('230 proxy login', '530 Login incorrect') },
      USER_AT_HOST,
      { code: 'AUTH_REJECTED', lastCode: 530, side: 'us', retry: 'auth' },
      false,
    ],
    [
      'the server is full',
      { PASS: inTurn('230 proxy login', '530 too many users') },
      USER_AT_HOST,
      { code: 'TOO_MANY_CONNECTIONS', lastCode: 530, side: 'partner' },
      false,
    ],
  ])('names who failed: %s', async (_case, script, login, facts, isProxy) => {
    const { error, port } = await loginFailure(script, login);
    expect(error).toMatchObject({ ...facts, phase: isProxy ? 'proxy' : 'login' });
    expect(error.message).toContain(isProxy ? `FTP proxy 127.0.0.1:${port}` : 'ftp.partner.example:21');
    if (isProxy) expect(error.message).not.toContain('ftp.partner.example:21');
  });

  it('to a proxy that is not there is the fault of the proxy', async () => {
    const port = await freePort();
    const client = clientFor({ port }, through(port, USER_AT_HOST));
    await expect(client.connect(call)).rejects.toMatchObject({
      code: 'PROXY_UNREACHABLE',
      lastCode: 10061,
      side: 'proxy',
    });
    await client.close();
  });

  it('refuses a line break in a password before it is sent', async () => {
    await using server = await startScriptedServer(proxy);
    const options = through(server.port, USER_AT_HOST);
    const password = new Secret('a\r\nDELE b');
    const client = clientFor(server, { ...options, ftpProxy: { ...options.ftpProxy, password } });
    await expect(client.connect(call)).rejects.toMatchObject({ code: 'SETTINGS_INVALID', phase: 'proxy' });
    expect(server.commands).toEqual(['USER gate']);
    await client.close();
  });

  it('is refused together with TLS, before anything is dialled', async () => {
    await using server = await startScriptedServer(proxy);
    const client = clientFor(server, { ...through(server.port, USER_AT_HOST), security: 'explicit' });
    await expect(client.connect(call)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    expect(server.commands).toEqual([]);
    await client.close();
  });
});
