import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import { isPositive, replyError } from './ftp-errors.js';
import type { FtpReply } from './ftp-replies.js';
import type { FtpSession } from './ftp-session.js';

/** What would open a data connection, end the session, or change it behind our back. */
const KEPT_FOR_US: ReadonlySet<string> = new Set(
  (
    'USER PASS ACCT REIN QUIT ABOR HOST SMNT AUTH ADAT PBSZ PROT CCC CONF ENC MIC ' +
    'PORT PASV EPRT EPSV LPRT LPSV SPSV TYPE STRU MODE OPTS REST RANG CWD XCWD CDUP XCUP ' +
    'RETR STOR STOU APPE LIST NLST MLSD RNFR RNTO'
  ).split(' '),
);

/** One command of the user's own, such as `SITE CHMOD 600 a.xml`; any 2yz is its success. */
export async function sendRawCommand(session: FtpSession, text: string): Promise<FtpReply> {
  const [, verb = '', argument] = /^([A-Za-z]{1,12})(?: (.*))?$/.exec(text.trim()) ?? [];
  if (verb === '')
    throw notSent(session, text, 'it is not a command of letters and what follows them in one line');
  if (KEPT_FOR_US.has(verb.toUpperCase()))
    throw notSent(session, text, `${verb.toUpperCase()} would change the session under the transfer`);
  const encode = () => session.control.encode({ verb, argument }, session.phase);
  refuseUnlessSendable(session, text, encode);
  let reply = await session.ask(verb, argument);
  while (reply.code < 200) reply = await session.control.reply(session.options.timeoutMs);
  if (isPositive(reply)) return reply;
  const retry = reply.code < 500 && reply.code >= 400 ? 'transient' : undefined;
  throw replyError(reply, session.context, { code: 'COMMAND_REFUSED', retry });
}

function refuseUnlessSendable(session: FtpSession, text: string, encode: () => unknown): void {
  try {
    encode();
  } catch {
    throw notSent(session, text, 'it holds a control character, or one that the encoding does not have');
  }
}

function notSent(session: FtpSession, text: string, problem: string): TransferError {
  return new TransferError({
    code: 'COMMAND_REFUSED',
    lastCode: -1,
    phase: 'command',
    message: `${session.context.place} "${printable(text, 120)}": not sent, because ${problem}`,
    side: 'us',
    advice: 'Correct the command in the settings; nothing of it went out.',
  });
}
