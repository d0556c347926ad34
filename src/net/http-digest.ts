import { createHash } from 'node:crypto';
import type { Secret } from '../core/secret.js';
import type { HttpChallenge } from './http-challenges.js';

/** Digest access authentication (RFC 7616), for web servers and proxies alike; `qop=auth` and none (RFC 2069). */

const HASHES = { md5: 'md5', 'sha-256': 'sha256', 'sha-512-256': 'sha512-256' } as const;

export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  readonly hash: (typeof HASHES)[keyof typeof HASHES];
  /** As the server named it; undefined: MD5, and the answer leaves it out. */
  readonly algorithm: string | undefined;
  /** The hash of user and password holds for a session: nonce and first cnonce go into it. */
  readonly isSession: boolean;
  readonly qop: 'auth' | undefined;
  /** Only the nonce was too old: user and password were right. */
  readonly isStale: boolean;
}

export interface DigestRequest {
  readonly method: string;
  /** The request target as sent: path and query; host and port for CONNECT. */
  readonly uri: string;
  readonly user: string;
  readonly password: Secret | undefined;
  /** How many requests this nonce has answered, this one included: from 1. */
  readonly nonceCount: number;
  /** Of our own choice. With `isSession` it stays the same as long as the nonce does. */
  readonly cnonce: string;
}

/** The first challenge that we can answer, as the RFC wants it (section 3.7); undefined: none of them. */
export function digestChallenge(challenges: readonly HttpChallenge[]): DigestChallenge | undefined {
  for (const challenge of challenges) {
    const digest = challenge.scheme === 'digest' ? readDigest(challenge.parameters) : undefined;
    if (digest !== undefined) return digest;
  }
  return undefined;
}

function readDigest(parameters: HttpChallenge['parameters']): DigestChallenge | undefined {
  const realm = parameters.get('realm');
  const nonce = parameters.get('nonce');
  const algorithm = parameters.get('algorithm');
  const [, name, session] = /^(.*?)(-sess)?$/.exec(algorithm?.toLowerCase() ?? 'md5') ?? [];
  const qops = parameters
    .get('qop')
    ?.toLowerCase()
    .split(/[ \t,]+/);
  if (realm === undefined || nonce === undefined || name === undefined || !isHash(name)) return undefined;
  if (qops !== undefined && !qops.includes('auth')) return undefined;
  return {
    realm,
    nonce,
    opaque: parameters.get('opaque'),
    hash: HASHES[name],
    algorithm,
    isSession: session !== undefined,
    qop: qops === undefined ? undefined : 'auth',
    isStale: parameters.get('stale')?.toLowerCase() === 'true',
  };
}

function isHash(name: string): name is keyof typeof HASHES {
  return Object.hasOwn(HASHES, name);
}

/**
 * The value of Authorization or Proxy-Authorization. Each character stands for one byte (text beyond ASCII is UTF-8):
 * to be sent as latin1.
 */
export function digestAnswer(challenge: DigestChallenge, request: DigestRequest): string {
  const { realm, nonce, opaque, algorithm, qop } = challenge;
  const { user, uri, cnonce } = request;
  const count = request.nonceCount.toString(16).padStart(8, '0');
  // RFC 7616, section 3.4: these three stand without quotes; a cnonce without qop is for the session hash only.
  const fields = [
    `username=${quoted(utf8Bytes(user))}`,
    `realm=${quoted(realm)}`,
    `nonce=${quoted(nonce)}`,
    `uri=${quoted(uri)}`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(qop === undefined ? [] : [`qop=${qop}`, `nc=${count}`]),
    ...(qop === undefined && !challenge.isSession ? [] : [`cnonce=${quoted(cnonce)}`]),
    `response="${responseOf(challenge, request, count)}"`,
    ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
  ];
  return `Digest ${fields.join(', ')}`;
}

function responseOf(challenge: DigestChallenge, request: DigestRequest, count: string): string {
  const { realm, nonce, qop, isSession } = challenge;
  const { method, uri, user, password, cnonce } = request;
  const hash = (bytes: string) => createHash(challenge.hash).update(bytes, 'latin1').digest('hex');
  const login = hash(`${utf8Bytes(user)}:${realm}:${utf8Bytes(password?.reveal() ?? '')}`);
  const who = isSession ? hash(`${login}:${nonce}:${cnonce}`) : login;
  const what = hash(`${method}:${uri}`);
  return hash(
    qop === undefined ? `${who}:${nonce}:${what}` : `${who}:${nonce}:${count}:${cnonce}:${qop}:${what}`,
  );
}

/** The value of Authorization or Proxy-Authorization by Basic (RFC 7617), in UTF-8. */
export function basicAnswer(user: string, password: Secret | undefined): string {
  return `Basic ${Buffer.from(`${user}:${password?.reveal() ?? ''}`).toString('base64')}`;
}

function utf8Bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
