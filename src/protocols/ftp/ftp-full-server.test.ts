import { describe, expect, it } from 'vitest';
import { TransferError } from '../../core/transfer-error.js';
import { replyError } from './ftp-errors.js';
import { clientFor, startScriptedServer } from './scripted-ftp-server.testing.js';

const context = { place: 'ftp.acme.example:21', doing: 'PASS ***', phase: 'login' } as const;

function codeOf(line: string): string {
  const reply = { code: Number(line.slice(0, 3)), lines: [line.slice(4)] };
  return replyError(reply, context).code;
}

describe('a full server is told from a refused login', () => {
  it.each([
    ['vsftpd', '421 There are too many connected users, please try later.'],
    ['vsftpd', '421 There are too many connections from your internet address.'],
    ['ProFTPD', '530 Sorry, the maximum number of clients (5) from your host are already connected.'],
    ['ProFTPD', '530 Sorry, the maximum number of allowed clients (5) already connected.'],
    ['Pure-FTPd', '421 50 users (the maximum) are already logged in, sorry'],
    ['Pure-FTPd', '421 Too many connections (8) from this IP'],
    ['Pure-FTPd', "421 I can't accept more than 2 connections as the same user"],
    ['FileZilla Server', '421 Too many users are connected, please try again later.'],
    ['IIS', '421 Maximum session limit exceeded'],
    ['Serv-U', '421 Maximum session limit for IP exceeded'],
    ['Serv-U', '530 Only 2 session(s) from same IP allowed concurrently.'],
    ['wu-ftpd', '530 Sorry, the limit of 50 users in your class has been exceeded'],
    ['pyftpdlib', '421 Too many connections. Service temporarily unavailable.'],
    ['some', '530 Login failed: too many connections for this account'],
    ['some', '530 Not logged in, user limit reached'],
    ['some', '530 maximum concurrent connections reached'],
    ['some', '421 Server is full'],
  ])('%s: "%s" is full', (_server, line) => {
    expect(codeOf(line)).toBe('TOO_MANY_CONNECTIONS');
  });

  it.each([
    '530 Login incorrect.',
    '530 Login authentication failed',
    '530 User cannot log in.',
    '530 Too many failed login attempts',
    '530 Too many authentication failures',
    '530 Too many bad passwords, try again in 10 minutes',
    '530 Maximum login attempts (3) exceeded',
    '421 Maximum login attempts (3) exceeded, connection closed',
    '421 Too many incorrect logins',
    '530 Please try again later',
    '530 Your account is locked, try later',
    '530 Access denied: limited account',
    '530',
  ])('"%s" is about the login', (line) => {
    expect(codeOf(line)).toBe('AUTH_REJECTED');
  });

  it.each(['421 Service not available', '421 Timeout.', '421 Idle timeout (300 seconds): closing'])(
    '"%s" is a server that is busy',
    (line) => {
      expect(codeOf(line)).toBe('SERVER_BUSY');
    },
  );

  it.each(['450 too many open files', '550 maximum number of files reached', '451 too many'])(
    '"%s" is not about sessions',
    (line) => {
      expect(codeOf(line)).not.toBe('TOO_MANY_CONNECTIONS');
    },
  );

  it.each([
    ['530 too many users', 'TOO_MANY_CONNECTIONS', 'transient'],
    ['530 Too many failed logins', 'AUTH_REJECTED', 'auth'],
    ['421 too many sessions', 'TOO_MANY_CONNECTIONS', 'transient'],
  ])('at the password, "%s" is %s', async (line, code, retry) => {
    await using server = await startScriptedServer({ PASS: (session) => session.say(line) });
    const client = clientFor(server);
    const error = await client
      .connect({ signal: new AbortController().signal })
      .catch((thrown: unknown) => thrown);
    await client.close();
    expect(error).toBeInstanceOf(TransferError);
    expect(error).toMatchObject({ code, retry, lastCode: Number(line.slice(0, 3)) });
  });
});
