import type { ErrorCode } from '../../core/error-codes.js';
import { remoteParent, type RemotePath } from '../../core/remote-path.js';
import type { TransferError } from '../../core/transfer-error.js';
import { replyError } from './ftp-errors.js';
import { listFolder } from './ftp-list.js';
import { findInParent, isFacts, lookUp } from './ftp-look-up.js';
import type { FtpReply } from './ftp-replies.js';
import type { FtpSession } from './ftp-session.js';

/** What was refused. */
export interface RefusedCommand {
  readonly verb:
    'RETR' | 'STOR' | 'APPE' | 'DELE' | 'RNFR' | 'RNTO' | 'MKD' | 'RMD' | 'MFMT' | 'MLSD' | 'CWD';
  readonly path: RemotePath;
}

/**
 * The error for a refusal. 550 says nothing but "no" (and some servers say 450, 501 or 553 instead), so the
 * server is asked what stands under the path: missing, a folder, or there but not for us. The reply's own code
 * is what the log gets; where the server cannot be asked any more, the code alone decides.
 */
export async function explainRefusal(
  session: FtpSession,
  reply: FtpReply,
  command: RefusedCommand,
): Promise<TransferError> {
  const { context } = session;
  const plain = replyError(reply, context);
  if (!isAmbiguous(reply, command) || session.control.failure !== undefined) return plain;
  try {
    return replyError(reply, context, { code: await cause(session, command) });
  } catch {
    // The first refusal is the answer; that the question after it failed shows in the session.
    return session.signal.aborted ? (session.signal.reason as TransferError) : plain;
  }
}

function isAmbiguous(reply: FtpReply, command: RefusedCommand): boolean {
  if (reply.code === 501) return command.verb === 'MLSD' || command.verb === 'CWD';
  // Pure-FTPd 1.0.50 for every failed rename.
  if (reply.code === 451) return command.verb === 'RNTO';
  return reply.code === 450 || reply.code === 550 || reply.code === 553;
}

async function cause(session: FtpSession, { verb, path }: RefusedCommand): Promise<ErrorCode> {
  const found = await lookUp(session, path);
  const kind = isFacts(found) ? found.kind : 'nothing';
  switch (verb) {
    case 'RETR':
    case 'DELE':
      return kind === 'folder' ? 'IS_A_FOLDER' : kind === 'nothing' ? 'NOT_FOUND' : 'PERMISSION_DENIED';
    case 'RNFR':
    case 'MFMT':
      return kind === 'nothing' ? 'NOT_FOUND' : 'PERMISSION_DENIED';
    case 'STOR':
    case 'APPE':
      if (kind === 'folder') return 'IS_A_FOLDER';
      return kind === 'nothing' ? causeInParent(session, path) : 'PERMISSION_DENIED';
    case 'RNTO':
    case 'MKD':
      return kind === 'nothing' ? causeInParent(session, path) : 'ALREADY_EXISTS';
    case 'RMD':
      if (kind === 'folder') return (await isEmpty(session, path)) ? 'PERMISSION_DENIED' : 'FOLDER_NOT_EMPTY';
      return kind === 'nothing' ? 'NOT_FOUND' : 'NOT_A_FOLDER';
    case 'MLSD':
      return kind === 'folder' ? 'PERMISSION_DENIED' : kind === 'nothing' ? 'NOT_FOUND' : 'NOT_A_FOLDER';
    case 'CWD':
      if (kind === 'nothing') return causeInListing(session, path);
      return kind === 'folder' ? 'PERMISSION_DENIED' : 'NOT_A_FOLDER';
  }
}

async function causeInParent(session: FtpSession, path: RemotePath): Promise<ErrorCode> {
  const parent = await lookUp(session, remoteParent(path));
  return isFacts(parent) ? 'PERMISSION_DENIED' : 'NOT_FOUND';
}

/** Without MLST a folder that may not be entered is seen only in the listing of the one above. */
async function causeInListing(session: FtpSession, folder: RemotePath): Promise<ErrorCode> {
  const parent = remoteParent(folder);
  if (parent === folder || !isFacts(await lookUp(session, parent))) return 'NOT_FOUND';
  return (await findInParent(session, folder)) === undefined ? 'NOT_FOUND' : 'PERMISSION_DENIED';
}

async function isEmpty(session: FtpSession, folder: RemotePath): Promise<boolean> {
  for await (const entry of listFolder(session, folder, undefined)) return entry.name === '';
  return true;
}
