import { Secret } from '../../core/secret.js';
import { isPositive, replyError } from './ftp-errors.js';
import { isUtf8Name } from './code-page-names.js';
import { mayHave, parseFeatures, wantedFactsOption } from './ftp-features.js';
import type { FtpReply } from './ftp-replies.js';
import type { FtpSession } from './ftp-session.js';

/** Waits for the greeting: any 1yz says that it will take a while (120), a 2yz that the server is ready. */
export async function awaitGreeting(session: FtpSession): Promise<void> {
  session.enterPhase('connect', 'greeting');
  await readGreeting(session);
}

/** The same, in the phase that is on. */
export async function readGreeting(session: FtpSession): Promise<void> {
  for (;;) {
    const reply = await session.control.reply(session.options.timeoutMs);
    if (reply.code >= 100 && reply.code < 200) continue;
    if (!isPositive(reply)) throw replyError(reply, session.context);
    session.greeting = reply.lines.join('\n');
    return;
  }
}

/** USER, PASS and ACCT, as far as the server asks for them; gives the reply that let us in. */
export async function logIn(session: FtpSession): Promise<FtpReply> {
  const { user, account } = session.options;
  session.enterPhase('login', 'login');
  let reply = await session.ask('USER', user);
  if (reply.code === 331) reply = await session.ask('PASS', passwordFor(session));
  if (reply.code === 332 && account !== undefined) reply = await session.ask('ACCT', account);
  if (isPositive(reply)) return reply;
  throw loginError(session, reply);
}

/** RFC 1635: an anonymous user gives an address; anybody else without a password sends an empty one. */
export function passwordFor(session: FtpSession): Secret {
  const { user, password } = session.options;
  return password ?? new Secret(user === 'anonymous' ? 'anonymous@' : '');
}

/**
 * Any permanent refusal of a login is one, whatever code the server chose for it, unless it says that it is
 * full or wants TLS.
 */
export function loginError(session: FtpSession, reply: FtpReply) {
  const error = replyError(reply, session.context);
  const isRefusal = reply.code >= 500 && !['TOO_MANY_CONNECTIONS', 'TLS_FAILED'].includes(error.code);
  if (reply.code === 332)
    return replyError(reply, session.context, {
      advice: 'The server asks for an account besides the password; give one.',
    });
  return isRefusal ? replyError(reply, session.context, { code: 'AUTH_REJECTED' }) : error;
}

/** Learns what the server can do and sets UTF-8, the wanted facts and binary type. */
export async function learnFeatures(session: FtpSession): Promise<void> {
  session.enterPhase('login', 'FEAT');
  session.features = parseFeatures(await session.ask('FEAT'));
  // RFC 2640 needs no command, but several servers (IIS, old FileZilla) speak UTF-8 only after it, and stay with
  // their code page after OFF. A refusal does not matter.
  const encoding = session.options.encoding ?? 'auto';
  const isUtf8 = isUtf8Name(encoding);
  const mustAsk = isUtf8 && encoding !== 'auto';
  if (mustAsk || mayHave(session.features, 'UTF8'))
    await session.ask('OPTS', `UTF8 ${isUtf8 ? 'ON' : 'OFF'}`);
  const facts = wantedFactsOption(session.features);
  if (facts !== undefined && session.options.machineListings) await session.ask('OPTS', facts);
  await session.useType('I');
}
