import { createHash } from 'node:crypto';
import type { ErrorCode } from '../../core/error-codes.js';
import { printable } from '../../core/printable.js';
import { keyTypeOfBlob, knownHostName, matchesHost, parseKnownHosts, type KnownHost } from './known-hosts.js';
import type { HostKeyTrust } from './sftp-options.js';

/** `SHA256:<base64 without padding>`, as OpenSSH prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

export type HostKeyVerdict =
  | { readonly kind: 'trusted' }
  | {
      readonly kind: 'refused';
      readonly code: Extract<ErrorCode, 'HOST_KEY_UNKNOWN' | 'HOST_KEY_CHANGED' | 'HOST_KEY_REVOKED'>;
      /** Which key was shown, which was known, and where it stands. */
      readonly reason: string;
    };

interface PlacedEntry extends KnownHost {
  /** `file:line`. */
  readonly place: string;
}

/** What is known of one host before its key is seen. */
export interface HostKeyBook {
  readonly hostName: string;
  readonly pins: readonly string[];
  readonly known: readonly PlacedEntry[];
  readonly revoked: readonly PlacedEntry[];
  /** What an administrator should know when the key is unknown: lines that might have spoken of the host. */
  readonly notes: readonly string[];
}

/** Gathers what the connection's trust settings say of `host:port`. Reads all texts; never throws. */
export function openHostKeyBook(trust: HostKeyTrust, host: string, port: number): HostKeyBook {
  const hostName = knownHostName(host, port);
  const known: PlacedEntry[] = [];
  const revoked: PlacedEntry[] = [];
  const notes: string[] = [];
  for (const { name: given, text } of trust.knownHosts) {
    const name = printable(given);
    const parsed = parseKnownHosts(text);
    for (const entry of parsed.entries) {
      if (!matchesHost(entry.hosts, hostName)) continue;
      const place = `${name}:${entry.line}`;
      if (entry.marker === 'revoked') revoked.push({ ...entry, place });
      else if (entry.marker === 'none') known.push({ ...entry, place });
      else notes.push(`${place} trusts an authority, but host certificates are not supported yet`);
    }
    for (const problem of parsed.problems)
      notes.push(`${name}:${problem.line} cannot be read: ${problem.reason}`);
  }
  return { hostName, pins: trust.fingerprints.map(plainPin), known, revoked, notes };
}

/** People copy fingerprints with padding and blanks. */
function plainPin(pin: string): string {
  return pin.trim().replace(/=+$/, '');
}

/** Key types to ask the server for first: else it may show a key that we do not know although it has one that we do. */
export function knownKeyTypes(book: HostKeyBook): readonly string[] {
  return book.pins.length > 0 ? [] : [...new Set(book.known.map((entry) => entry.keyType))];
}

/** Is this the host's key? A revoked key never is, whatever else speaks for it. */
export function judgeHostKey(book: HostKeyBook, key: Buffer): HostKeyVerdict {
  const shown = describeKey(key);
  const revoked = book.revoked.find((entry) => entry.key.equals(key));
  if (revoked !== undefined) {
    return refuse('HOST_KEY_REVOKED', `the server shows ${shown}, which ${revoked.place} marks as revoked`);
  }
  if (book.pins.length > 0) return judgeByPins(book, key);
  if (book.known.some((entry) => entry.key.equals(key))) return { kind: 'trusted' };
  if (book.known.length > 0) {
    const known = book.known.map((entry) => `${describeKey(entry.key)} (${entry.place})`).join(', ');
    return refuse('HOST_KEY_CHANGED', `the server shows ${shown}, but known is ${known}`);
  }
  const notes =
    book.notes.length === 0
      ? ''
      : `; ${book.notes
          .slice(0, 3)
          .map((note) => printable(note))
          .join('; ')}`;
  return refuse(
    'HOST_KEY_UNKNOWN',
    `the server shows ${shown}, and no key of ${book.hostName} is known${notes}`,
  );
}

function judgeByPins(book: HostKeyBook, key: Buffer): HostKeyVerdict {
  if (book.pins.includes(fingerprint(key))) return { kind: 'trusted' };
  return refuse('HOST_KEY_CHANGED', pinMismatch(book, [key]));
}

/** In words: none of the keys that the server showed is pinned. */
export function pinMismatch(book: HostKeyBook, shown: readonly Buffer[]): string {
  const pins = book.pins.map((pin) => printable(pin, 80)).join(', ');
  return `the server shows ${shown.map(describeKey).join(', ')}, but pinned is ${pins}`;
}

/** `ssh-ed25519 SHA256:...`, printable. */
export function describeKey(key: Buffer): string {
  return `${printable(keyTypeOfBlob(key) ?? 'a key of unknown type')} ${fingerprint(key)}`;
}

function refuse(code: Extract<HostKeyVerdict, { kind: 'refused' }>['code'], reason: string): HostKeyVerdict {
  return { kind: 'refused', code, reason };
}
