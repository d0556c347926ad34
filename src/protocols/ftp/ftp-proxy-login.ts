import { Secret } from '../../core/secret.js';
import { TransferError, type TransferErrorFacts } from '../../core/transfer-error.js';
import type { ErrorCode } from '../../core/error-codes.js';
import type { FtpCommand } from './ftp-command.js';
import { isPositive, replyError } from './ftp-errors.js';
import { loginError, passwordFor } from './ftp-login.js';
import type { FtpOptions, FtpProxyOptions } from './ftp-options.js';
import type { FtpReply } from './ftp-replies.js';
import { proxyPlace, type FtpSession } from './ftp-session.js';

const FTP_PORT = 21;

/**
 * The commands of each login style, as a user's own script would have them. `%server%` is the host, with its port
 * where that is not 21.
 */
export function loginScript({ login, user }: FtpProxyOptions): readonly string[] {
  if (login.style === 'custom') return login.commands;
  const atProxy = user === undefined ? [] : ['USER %proxyuser%', 'PASS %proxypass%'];
  switch (login.style) {
    case 'user@host':
      return [...atProxy, `USER %user%${login.separator}%server%`, 'PASS %pass%'];
    case 'site':
      return [...atProxy, 'SITE %server%', 'USER %user%', 'PASS %pass%'];
    case 'open':
      return [...atProxy, 'OPEN %server%', 'USER %user%', 'PASS %pass%'];
  }
}

/**
 * Logs in to an FTP proxy and through it to the server; gives the reply that let us in. The command that names the
 * server is the last for which the proxy answers: a refusal up to there is the proxy's (PROXY_*), later ones are the
 * server's.
 */
export async function logInThroughProxy(session: FtpSession, proxy: FtpProxyOptions): Promise<FtpReply> {
  let reply: FtpReply | undefined;
  for (const line of loginScript(proxy)) {
    if (isNeedless(line, reply)) continue;
    const isAtProxy = session.phase === 'proxy';
    reply = await askServer(session, commandOf(line, session.options, passwordFor(session)));
    if (reply.code >= 400) throw isAtProxy ? replyError(reply, session.context) : loginError(session, reply);
    if (isAtProxy && /%(host|server)%/i.test(line)) reachServer(session);
  }
  const { account } = session.options;
  if (reply?.code === 332 && account !== undefined) reply = await session.ask('ACCT', account);
  if (reply !== undefined && isPositive(reply)) return reply;
  throw reply === undefined ? emptyScript(session) : loginError(session, reply);
}

/** A failure before the server was reached is the proxy's, whatever it is. */
export function asProxyFailure(error: TransferError): TransferError {
  return isNobodys(error) ? error : error.with({ ...OF_THE_TABLE, code: proxyCode(error), phase: 'proxy' });
}

/** The proxy could not be connected to. */
export function unreachableProxy(error: TransferError, proxy: FtpProxyOptions): TransferError {
  if (isNobodys(error)) return error;
  const message = `${proxyPlace(proxy)}: ${error.message}`;
  return error.with({ ...OF_THE_TABLE, code: 'PROXY_UNREACHABLE', phase: 'proxy', message });
}

/** Our own doing, or that of a proxy before this one. */
function isNobodys({ code }: TransferError): boolean {
  return ['CANCELLED', 'CLOSED', 'SETTINGS_INVALID'].includes(code) || code.startsWith('PROXY_');
}

/** Words, side and retry of the new code, not of the old one. */
const OF_THE_TABLE: Partial<TransferErrorFacts> = { side: undefined, retry: undefined, advice: undefined };

function proxyCode({ code }: TransferError): ErrorCode {
  if (code === 'AUTH_REJECTED') return 'PROXY_AUTH_REJECTED';
  return FAILURES.has(code) ? 'PROXY_FAILED' : 'PROXY_REFUSED';
}

/** The proxy did not do its part; all else is a refusal. */
const FAILURES: ReadonlySet<ErrorCode> = new Set([
  'TOO_MANY_CONNECTIONS',
  'SERVER_BUSY',
  'CONNECTION_LOST',
  'TIMEOUT',
  'PROTOCOL_VIOLATION',
  'LIMIT_EXCEEDED',
]);

/** PASS after a USER that needed none. */
function isNeedless(line: string, reply: FtpReply | undefined): boolean {
  return /^pass\b/i.test(line) && reply !== undefined && isPositive(reply);
}

/**
 * The reply to a command while proxy and server take turns: "it will take a while" (1yz) is passed over, and so is
 * the server's greeting (220), which some proxies pass on besides their own answer.
 */
async function askServer(session: FtpSession, command: FtpCommand): Promise<FtpReply> {
  let reply = await session.ask(command.verb, command.argument);
  const isLogin = /^(user|pass)$/i.test(command.verb);
  while (reply.code < 200 || (isLogin && reply.code === 220))
    reply = await session.control.reply(session.options.timeoutMs);
  return reply;
}

function reachServer(session: FtpSession): void {
  session.control.place = session.serverPlace;
  session.enterPhase('login', 'login');
}

const PLACEHOLDER = /%(host|port|server|user|pass|proxyuser|proxypass)%/gi;

/** The line with its placeholders filled in once; what holds a password is a Secret as a whole. */
function commandOf(line: string, options: FtpOptions, password: Secret): FtpCommand {
  const values = placeholderValues(options, password);
  const [, verb = '', rest] = /^(\S+)(?: (.*))?$/s.exec(line) ?? [];
  if (rest === undefined) return { verb };
  const argument = rest.replace(PLACEHOLDER, (_, name: string) => values[name.toLowerCase()] ?? '');
  return { verb, argument: /%(proxy)?pass%/i.test(rest) ? new Secret(argument) : argument };
}

function placeholderValues(options: FtpOptions, password: Secret): Readonly<Record<string, string>> {
  const { host, port, user, ftpProxy } = options;
  const named = host.includes(':') ? `[${host}]` : host;
  return {
    host,
    port: String(port),
    server: port === FTP_PORT ? named : `${named}:${port}`,
    user,
    pass: password.reveal(),
    proxyuser: ftpProxy?.user ?? '',
    proxypass: ftpProxy?.password?.reveal() ?? '',
  };
}

function emptyScript(session: FtpSession): TransferError {
  const { place } = session.context;
  return new TransferError({
    code: 'SETTINGS_INVALID',
    lastCode: -1,
    phase: 'proxy',
    message: `${place}: the login script of the FTP proxy has no command`,
  });
}
