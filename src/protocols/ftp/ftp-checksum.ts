import type { ChecksumAlgorithm } from '../../core/checksum.js';
import { CHECKSUM_ALGORITHMS } from '../../core/checksum.js';
import { printable } from '../../core/printable.js';
import type { RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ChecksumOptions } from '../protocol-client.js';
import { checksumIn, hashReplyIn } from './ftp-checksum-reply.js';
import { isPositive, replyError } from './ftp-errors.js';
import { explainRefusal } from './ftp-refusal.js';
import type { FtpReply } from './ftp-replies.js';
import type { FtpSession } from './ftp-session.js';

/** A server reads the whole file before it answers: so many times the usual limit are its. */
const PATIENCE = 10;

/** The commands of each algorithm, and its name with HASH (draft-bryan-ftpext-hash). */
const COMMANDS: Readonly<
  Record<ChecksumAlgorithm, { readonly verbs: readonly string[]; readonly hash: string }>
> = {
  crc32: { verbs: ['XCRC'], hash: 'CRC32' },
  md5: { verbs: ['XMD5'], hash: 'MD5' },
  sha1: { verbs: ['XSHA1', 'XSHA'], hash: 'SHA-1' },
  sha256: { verbs: ['XSHA256'], hash: 'SHA-256' },
  sha512: { verbs: ['XSHA512'], hash: 'SHA-512' },
};

/** One way to have a server compute; `name` is what `refusedVerbs` remembers. */
interface Way {
  readonly name: string;
  /** Names that hold a quote cannot be told where names stand in quotes. */
  readonly takesQuotes: boolean;
  ask(session: FtpSession, path: RemotePath, lengthBytes: number | undefined): Promise<Answer>;
}

/** The server's number; its refusal; or nothing of use, such as the sum of another stretch than was asked for. */
type Answer =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'refused'; readonly reply: FtpReply }
  | { readonly kind: 'useless'; readonly reply: FtpReply };

/** What the server offers by FEAT and has not refused since, weakest first. */
export function offeredChecksums(session: FtpSession): readonly ChecksumAlgorithm[] {
  return CHECKSUM_ALGORITHMS.filter((algorithm) => waysOf(session, algorithm, false).length > 0);
}

/** True when each offered algorithm can be had of the head of a file alone. */
export function offersHeadChecksums(session: FtpSession): boolean {
  const offered = offeredChecksums(session);
  return offered.length > 0 && offered.every((algorithm) => waysOf(session, algorithm, true).length > 0);
}

/** Tries the server's ways in turn; a refused one is not tried again in this session. */
export async function askChecksum(
  session: FtpSession,
  path: RemotePath,
  { algorithm, lengthBytes }: ChecksumOptions,
): Promise<string> {
  let last: FtpReply | undefined;
  const ways = waysOf(session, algorithm, lengthBytes !== undefined);
  for (const way of ways.filter(({ takesQuotes }) => takesQuotes || !path.includes('"'))) {
    const answer = await way.ask(session, path, lengthBytes);
    if (answer.kind === 'value') return answer.value;
    await throwUnlessUnsupported(session, answer, path);
    session.refusedVerbs.add(lengthBytes === undefined ? way.name : `${way.name} of a head`);
    last = answer.reply;
  }
  throw unsupported(session, path, algorithm, last);
}

/** A missing file, or a session that is over, says nothing about the command. */
async function throwUnlessUnsupported(
  session: FtpSession,
  { kind, reply }: Exclude<Answer, { kind: 'value' }>,
  path: RemotePath,
): Promise<void> {
  if (kind === 'useless') return;
  if (reply.code === 421) throw replyError(reply, session.context);
  const error = await explainRefusal(session, reply, { verb: 'RETR', path });
  if (error.sessionLost || error.code === 'NOT_FOUND' || error.code === 'IS_A_FOLDER') throw error;
}

function waysOf(session: FtpSession, algorithm: ChecksumAlgorithm, ofHead: boolean): readonly Way[] {
  const { names, hashes } = session.features;
  const { verbs, hash } = COMMANDS[algorithm];
  const ways = verbs.filter((verb) => names.has(verb)).map((verb) => ownCommand(verb, algorithm));
  if (hashes.has(hash) && (!ofHead || names.has('RANG'))) ways.push(hashCommand(hash, algorithm));
  return ways.filter(({ name }) => {
    const isRefused = session.refusedVerbs.has(name) || session.refusedVerbs.has(name.split(' ')[0] ?? '');
    return !isRefused && !(ofHead && session.refusedVerbs.has(`${name} of a head`));
  });
}

/**
 * `XCRC path`, or of a head `XCRC "path" 0 length`. A path with a blank goes in quotes (ProFTPD 1.3.8 takes no other;
 * without need they are left out, as not every server knows them).
 */
function ownCommand(verb: string, algorithm: ChecksumAlgorithm): Way {
  return {
    name: verb,
    takesQuotes: false,
    async ask(session, path, lengthBytes) {
      const plain = await session.argument(path);
      const quoted = lengthBytes !== undefined || plain.includes(' ') ? `"${plain}"` : plain;
      const argument = lengthBytes === undefined ? quoted : `${quoted} 0 ${lengthBytes}`;
      const reply = await askPatiently(session, verb, argument);
      if (!isPositive(reply)) return { kind: 'refused', reply };
      const value = checksumIn(reply, algorithm, plain);
      return value === undefined ? { kind: 'useless', reply } : { kind: 'value', value };
    },
  };
}

/** OPTS HASH, RANG and HASH. The reply names the stretch, so a RANG that was ignored (ProFTPD 1.3.8) is found out. */
function hashCommand(hash: string, algorithm: ChecksumAlgorithm): Way {
  return {
    name: `HASH ${hash}`,
    takesQuotes: true,
    async ask(session, path, lengthBytes) {
      const argument = await session.argument(path);
      if (session.hash !== hash) {
        const chosen = await session.ask('OPTS', `HASH ${hash}`);
        if (!isPositive(chosen)) return { kind: 'refused', reply: chosen };
        session.hash = hash;
      }
      // No range is that of nothing: it is asked of the whole, and not believed.
      if (lengthBytes === undefined || lengthBytes === 0)
        return askHash(session, argument, algorithm, lengthBytes);
      const range = await session.ask('RANG', `0 ${lengthBytes - 1}`);
      if (range.code < 300 || range.code >= 400) return { kind: 'refused', reply: range };
      try {
        return await askHash(session, argument, algorithm, lengthBytes);
      } finally {
        await endRange(session);
      }
    },
  };
}

async function askHash(
  session: FtpSession,
  argument: string,
  algorithm: ChecksumAlgorithm,
  lengthBytes: number | undefined,
): Promise<Answer> {
  const reply = await askPatiently(session, 'HASH', argument);
  if (!isPositive(reply)) return { kind: 'refused', reply };
  const found = hashReplyIn(reply, algorithm);
  const isOfHead = lengthBytes === undefined || found?.end === lengthBytes || found?.end === lengthBytes - 1;
  return found === undefined || !isOfHead
    ? { kind: 'useless', reply }
    : { kind: 'value', value: found.value };
}

/** A range that stays would cut the next file: with a server that keeps it, the session is given up. */
async function endRange(session: FtpSession): Promise<void> {
  if (session.control.failure !== undefined) return;
  const reply = await session.ask('RANG', '1 0');
  if (reply.code >= 300 && reply.code < 400) return;
  session.end(replyError(reply, session.context, { code: 'CONNECTION_LOST', sessionLost: true }));
}

async function askPatiently(session: FtpSession, verb: string, argument: string): Promise<FtpReply> {
  await session.send({ verb, argument });
  for (;;) {
    const reply = await session.control.reply(session.options.timeoutMs * PATIENCE);
    if (reply.code >= 200) return reply;
  }
}

function unsupported(
  session: FtpSession,
  path: RemotePath,
  algorithm: ChecksumAlgorithm,
  reply: FtpReply | undefined,
): TransferError {
  const what = `${session.context.place} ${algorithm} of ${printable(path)}`;
  const facts = { code: 'UNSUPPORTED', phase: 'checksum' } as const;
  if (reply !== undefined && !isPositive(reply)) return replyError(reply, session.context, facts);
  const message = `${what}: the server ${reply === undefined ? 'does not compute it' : 'gave no answer of use'}`;
  return new TransferError({ ...facts, lastCode: -1, message });
}
