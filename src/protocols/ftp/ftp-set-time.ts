import type { RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import { isPositive, isUnsupported, replyError } from './ftp-errors.js';
import { explainRefusal } from './ftp-refusal.js';
import type { FtpReply } from './ftp-replies.js';
import type { FtpSession } from './ftp-session.js';
import { formatTimeValue } from './ftp-times.js';

/**
 * MFMT (draft-somers-ftp-mfxx) where FEAT lists it; MDTM with a time in front of the name where the server is
 * known to take that (by FEAT; vsftpd 3.0.3); undefined: the server cannot set times.
 */
export function timeCommand(session: FtpSession): 'MFMT' | 'MDTM' | undefined {
  const { timeCommand: chosen = 'auto' } = session.options;
  if (chosen !== 'auto') return session.refusedVerbs.has(refusedName(chosen)) ? undefined : chosen;
  if (session.features.names.has('MFMT') && !session.refusedVerbs.has('MFMT')) return 'MFMT';
  if (session.refusedVerbs.has(refusedName('MDTM'))) return undefined;
  return session.features.setsTimeByMdtm || /\bvsftpd\b/i.test(session.greeting) ? 'MDTM' : undefined;
}

export async function setModifiedTime(
  session: FtpSession,
  path: RemotePath,
  modifiedMs: number,
): Promise<FtpReply> {
  const verb = timeCommand(session);
  if (verb === undefined) throw unsupported(session);
  const reply = await session.ask(verb, `${formatTimeValue(modifiedMs)} ${await session.argument(path)}`);
  if (isPositive(reply)) return reply;
  if (isUnsupported(reply)) {
    session.refusedVerbs.add(refusedName(verb));
    throw replyError(reply, session.context);
  }
  throw await explainRefusal(session, reply, { verb: 'MFMT', path });
}

/** A server that sets no time by MDTM may tell it by MDTM all the same. */
function refusedName(verb: 'MFMT' | 'MDTM'): string {
  return verb === 'MDTM' ? 'MDTM with a time' : verb;
}

/** Nothing was sent, so there is no reply whose code could be told. */
function unsupported(session: FtpSession): TransferError {
  const { place, doing, phase } = session.context;
  return new TransferError({
    code: 'UNSUPPORTED',
    lastCode: -1,
    phase,
    message: `${place} ${doing}: the server offers no command for it`,
  });
}
