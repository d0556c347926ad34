import { remoteName, remoteParent, type RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { RemoteEntry } from '../protocol-client.js';
import { isPositive, isUnsupported, replyError } from './ftp-errors.js';
import { listFolder, mayUseMachineListings } from './ftp-list.js';
import { parseMachineFacts } from './ftp-listing.js';
import type { FtpReply } from './ftp-replies.js';
import type { FtpSession } from './ftp-session.js';
import { parseTimeValue } from './ftp-times.js';

export type EntryFacts = Omit<RemoteEntry, 'name'>;

/**
 * What stands under `path`, or the refusal that says that nothing does. By MLST; where the server lacks it, CWD
 * tells a folder and SIZE and MDTM a file; where it lacks SIZE too, by the listing of the folder above.
 */
export async function lookUp(session: FtpSession, path: RemotePath): Promise<EntryFacts | FtpReply> {
  if (mayUseMachineListings(session) && !session.refusedVerbs.has('MLST')) {
    const reply = await session.ask('MLST', await session.argument(path));
    const facts = reply.lines.map(parseMachineFacts).find((line) => line !== undefined);
    if (reply.code === 250 && facts !== undefined)
      return facts.mayBeOfLink ? followLink(session, path, facts.entry) : facts.entry;
    if (isAbsence(reply)) return reply;
    if (!isUnsupported(reply)) throw replyError(reply, session.context);
    session.refusedVerbs.add('MLST');
  }
  return lookUpByCommands(session, path);
}

/** What a link leads to; where it leads nowhere or nobody says, the link itself. */
async function followLink(session: FtpSession, path: RemotePath, link: EntryFacts): Promise<EntryFacts> {
  const size = await askSize(session, path);
  if (typeof size === 'number') return { kind: 'file', sizeBytes: size, ...(await askTime(session, path)) };
  const entered = link.kind === 'link' ? await session.enterFolder(path) : undefined;
  return entered !== undefined && isPositive(entered) ? { kind: 'folder' } : link;
}

export function isFacts(found: EntryFacts | FtpReply): found is EntryFacts {
  return 'kind' in found;
}

/** 501 is ProFTPD's and IIS's word for names they do not like; 450 and 553 stand for 550 on others. */
function isAbsence(reply: FtpReply): boolean {
  return [450, 501, 550, 553].includes(reply.code);
}

async function lookUpByCommands(session: FtpSession, path: RemotePath): Promise<EntryFacts | FtpReply> {
  const entered = await session.enterFolder(path);
  if (entered === undefined || isPositive(entered)) return { kind: 'folder' };
  if (!isAbsence(entered)) throw replyError(entered, session.context);
  const size = await askSize(session, path);
  if (typeof size === 'number') return { kind: 'file', sizeBytes: size, ...(await askTime(session, path)) };
  // SIZE answers for every regular file, so its refusal is an answer too.
  if (size !== undefined && session.features.names.has('SIZE')) return size;
  return (await findInParent(session, path)) ?? entered;
}

/** The size of a file in bytes; the refusal; undefined where the server does not know SIZE. */
export async function askSize(session: FtpSession, path: RemotePath): Promise<number | FtpReply | undefined> {
  if (session.refusedVerbs.has('SIZE')) return undefined;
  const argument = await session.argument(path);
  // In ASCII type the number would be of the text as converted (RFC 3659, section 4).
  await session.useType('I');
  const reply = await session.ask('SIZE', argument);
  const match = reply.code === 213 ? /^\s*(\d{1,15})\b/.exec(reply.lines[0] ?? '') : null;
  if (match !== null) return Number(match[1]);
  if (isAbsence(reply)) return reply;
  if (!isUnsupported(reply)) throw replyError(reply, session.context);
  session.refusedVerbs.add('SIZE');
  return undefined;
}

async function askTime(session: FtpSession, path: RemotePath): Promise<Partial<EntryFacts>> {
  if (session.refusedVerbs.has('MDTM')) return {};
  const reply = await session.ask('MDTM', await session.argument(path));
  if (isUnsupported(reply)) session.refusedVerbs.add('MDTM');
  if (reply.code === 421) throw replyError(reply, session.context);
  return (reply.code === 213 ? parseTimeValue(reply.lines[0] ?? '') : undefined) ?? {};
}

/** The entry as the listing of the folder above has it. */
export async function findInParent(session: FtpSession, path: RemotePath): Promise<EntryFacts | undefined> {
  const name = remoteName(path);
  try {
    for await (const entry of listFolder(session, remoteParent(path), undefined)) {
      if (entry.name === name) return entry;
    }
  } catch (error) {
    if (error instanceof TransferError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
  return undefined;
}
