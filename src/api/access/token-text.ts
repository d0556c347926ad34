import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const PREFIX = 'tly_';
const TOKEN = /^tly_[A-Za-z0-9_-]{43}$/;

/** A new token of 256 random bits. The prefix lets scanners of repositories find one that got away. */
export function newToken(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

/** All that is kept of a token: its SHA-256, hex. Enough for a random text of this length; no salt is needed. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** True for what has the form of a token. */
export function isTokenText(text: string): boolean {
  return TOKEN.test(text);
}

/** Compares two hashes in a time that says nothing. */
export function isSameHash(left: string, right: string): boolean {
  const leftBytes = Buffer.from(left, 'hex');
  const rightBytes = Buffer.from(right, 'hex');
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}
