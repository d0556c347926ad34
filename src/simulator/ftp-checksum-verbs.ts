import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ftpReply, type FtpReply } from './ftp-reply.js';
import type { FtpSession } from './ftp-session.js';
import type { FtpVerb, FtpVerbTable } from './ftp-verbs.js';
import { bytesOf } from './served-tree.js';

/** By the name that HASH has for it (draft-bryan-ftpext-hash). */
const HASHES: Readonly<Record<string, string>> = {
  CRC32: 'crc32',
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-512': 'sha512',
};

/** What servers compute of their files, each in a command of its own and all of them in HASH. */
export const CHECKSUM_VERBS: FtpVerbTable = {
  XCRC: ownVerb('crc32'),
  XMD5: ownVerb('md5'),
  XSHA: ownVerb('sha1'),
  XSHA1: ownVerb('sha1'),
  XSHA256: ownVerb('sha256'),
  XSHA512: ownVerb('sha512'),
  HASH: {
    needsLogin: true,
    async run(session, argument) {
      const { hashAlgorithm, range } = session;
      const [first, last] = range ?? [0, undefined];
      const { hex, end } = await sumOf(session, argument, HASHES[hashAlgorithm] ?? '', first, last);
      return ftpReply(213, `${hashAlgorithm} ${first}-${end} ${hex} ${argument}`);
    },
  },
  RANG: {
    needsLogin: true,
    async run(session, argument) {
      const match = /^(\d{1,15}) (\d{1,15})$/.exec(argument);
      if (match === null) return ftpReply(501, 'RANG needs two numbers');
      const [first, last] = [Number(match[1]), Number(match[2])];
      const isHonoured = session.surroundings.habits.hashRange === 'honoured' && first <= last;
      session.range = isHonoured ? [first, last] : undefined;
      return ftpReply(350, `Range ${argument}`);
    },
  },
};

export const CHECKSUM_VERB_NAMES: ReadonlySet<string> = new Set(Object.keys(CHECKSUM_VERBS));

/** What FEAT says of them. */
export function checksumFeatures({ surroundings: { habits }, hashAlgorithm }: FtpSession): readonly string[] {
  const marked = Object.keys(HASHES).map((name) => (name === hashAlgorithm ? `${name}*` : name));
  const lines = habits.checksums.map((verb) => (verb === 'HASH' ? `HASH ${marked.join(';')}` : verb));
  return habits.checksums.includes('HASH') && habits.hashRange !== 'unknown'
    ? [...lines, 'RANG STREAM']
    : lines;
}

/** OPTS HASH. */
export function chooseHash(session: FtpSession, option: string): FtpReply {
  const [, name] = option.toUpperCase().split(' ');
  if (name !== undefined && HASHES[name] === undefined) return ftpReply(501, 'No such algorithm');
  session.hashAlgorithm = name ?? session.hashAlgorithm;
  return ftpReply(200, session.hashAlgorithm);
}

/** `XCRC "path" start end`, quotes and stretch optional; the end is the first byte not in it. */
function ownVerb(algorithm: string): FtpVerb {
  return {
    needsLogin: true,
    async run(session, argument) {
      const match = /^(?:"([^"]+)"|(\S+))(?: (\d{1,15}) (\d{1,15}))?$/.exec(argument);
      if (match === null) return ftpReply(501, 'A path, and perhaps two numbers');
      const path = match[1] ?? match[2] ?? '';
      const last = match[4] === undefined ? undefined : Number(match[4]) - 1;
      const { hex } = await sumOf(session, path, algorithm, Number(match[3] ?? 0), last);
      return ftpReply(250, hex.toUpperCase());
    },
  };
}

async function sumOf(
  session: FtpSession,
  argument: string,
  algorithm: string,
  first: number,
  last: number | undefined,
): Promise<{ readonly hex: string; readonly end: number }> {
  const file = await session.surroundings.tree.open(session.place(argument), 'read');
  try {
    const sum = algorithm === 'crc32' ? crcSum() : hashSum(algorithm);
    let at = first;
    for await (const chunk of bytesOf(file, first)) {
      const wanted = last === undefined ? chunk : chunk.subarray(0, Math.max(0, last + 1 - at));
      sum.update(wanted);
      at += wanted.length;
    }
    return { hex: sum.hex(), end: last ?? at };
  } finally {
    await file.close();
  }
}

function hashSum(algorithm: string) {
  const hash = createHash(algorithm);
  return { update: (bytes: Uint8Array) => void hash.update(bytes), hex: () => hash.digest('hex') };
}

function crcSum() {
  let value = 0;
  return {
    update: (bytes: Uint8Array) => void (value = crc32(bytes, value)),
    hex: () => value.toString(16).padStart(8, '0'),
  };
}
