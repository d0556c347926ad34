import type { AlgorithmOffer } from './ssh-algorithms.js';

/**
 * The start of what an SSH server sends, which goes in clear: lines of greeting, its version line and its first
 * SSH_MSG_KEXINIT (RFC 4253 sections 4.2, 6 and 7.1). Read beside ssh2, which does not hand it out, so that
 * messages can name what the server said and offered.
 */
export interface ServerHello {
  /** Version line, for example `SSH-2.0-OpenSSH_9.2p1`; undefined while none has come. */
  readonly version: string | undefined;
  /** What came before the version line, or instead of it. */
  readonly greeting: string;
  /** Name lists of SSH_MSG_KEXINIT, for the direction from us to the server. */
  readonly offer: AlgorithmOffer | undefined;
}

const SSH_MSG_KEXINIT = 20;
const COOKIE_BYTES = 16;
const MAX_BYTES = 64 * 1024;
const MAX_GREETING_LENGTH = 1000;

/** Collects the server's first bytes until the offer is complete or 64 KiB are full. */
export class ServerHelloReader {
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #done = false;

  /** Returns true while more is wanted. */
  push(chunk: Buffer): boolean {
    if (this.#done) return false;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    this.#done = this.#length >= MAX_BYTES || this.read().offer !== undefined;
    return !this.#done;
  }

  /** True once anything came. */
  get heard(): boolean {
    return this.#length > 0;
  }

  read(): ServerHello {
    return parseServerHello(Buffer.concat(this.#chunks));
  }
}

/** Reads as much as is there; never throws. */
export function parseServerHello(bytes: Buffer): ServerHello {
  const text = bytes.toString('latin1');
  const start = text.startsWith('SSH-') ? 0 : text.indexOf('\nSSH-') + 1;
  const found = start > 0 || text.startsWith('SSH-');
  const end = found ? text.indexOf('\n', start) : -1;
  if (!found || end < 0) {
    return { version: undefined, greeting: text.slice(0, MAX_GREETING_LENGTH).trim(), offer: undefined };
  }
  return {
    version: text.slice(start, end).trim(),
    greeting: text.slice(0, start).slice(0, MAX_GREETING_LENGTH).trim(),
    offer: parseOffer(bytes.subarray(end + 1)),
  };
}

function parseOffer(bytes: Buffer): AlgorithmOffer | undefined {
  if (bytes.length < 6 || bytes[5] !== SSH_MSG_KEXINIT) return undefined;
  if (bytes.length < 4 + bytes.readUInt32BE(0)) return undefined;
  const lists: string[][] = [];
  let at = 6 + COOKIE_BYTES;
  for (let index = 0; index < 6; index += 1) {
    if (bytes.length < at + 4) return undefined;
    const length = bytes.readUInt32BE(at);
    at += 4;
    if (bytes.length < at + length) return undefined;
    lists.push(
      bytes
        .toString('latin1', at, at + length)
        .split(',')
        .filter(Boolean),
    );
    at += length;
  }
  const [kex = [], serverHostKey = [], cipher = [], , hmac = []] = lists;
  return { kex, serverHostKey, cipher, hmac };
}

/** Where two offers share nothing; the words are the ones that people search for. */
export interface OfferGap {
  readonly what: 'key exchange' | 'host key' | 'cipher' | 'MAC';
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/** The first kind of algorithm that both sides do not share, or undefined. A cipher with built-in MAC needs none. */
export function offerGap(ours: AlgorithmOffer, theirs: AlgorithmOffer): OfferGap | undefined {
  const kinds = [
    { what: 'key exchange', ours: ours.kex, theirs: theirs.kex },
    { what: 'host key', ours: ours.serverHostKey, theirs: theirs.serverHostKey },
    { what: 'cipher', ours: ours.cipher, theirs: theirs.cipher },
    { what: 'MAC', ours: ours.hmac, theirs: theirs.hmac },
  ] as const;
  const cipher = ours.cipher.find((name) => theirs.cipher.includes(name)) ?? '';
  const macIsBuiltIn = cipher.includes('gcm') || cipher.includes('poly1305');
  return kinds.find((kind) => {
    if (kind.what === 'MAC' && macIsBuiltIn) return false;
    return !kind.ours.some((name) => kind.theirs.includes(name));
  });
}
