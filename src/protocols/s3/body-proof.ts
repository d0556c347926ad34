import { createHash } from 'node:crypto';
import type { ChecksumAlgorithm } from '../../core/checksum.js';
import { md5OfETag } from './object-facts.js';

/** What is known of one body before it is sent. */
export interface BodySums {
  /** Lower-case hex. */
  readonly md5: string;
  readonly sha256: string;
}

export function bodySums(content: Uint8Array): BodySums {
  return {
    md5: createHash('md5').update(content).digest('hex'),
    sha256: createHash('sha256').update(content).digest('hex'),
  };
}

/** As the headers want it. */
export function base64OfHex(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

/** What a server says of what it stored. */
export interface StoredSums {
  readonly ETag?: string | undefined;
  readonly ChecksumSHA256?: string | undefined;
}

/** By which checksum the server's word proves that it has what we sent; undefined: its answer proves nothing. */
export function provenBy(stored: StoredSums, sums: BodySums): ChecksumAlgorithm | undefined {
  if (stored.ChecksumSHA256 === base64OfHex(sums.sha256)) return 'sha256';
  return md5OfETag(stored.ETag) === sums.md5 ? 'md5' : undefined;
}

/** The ETag of an upload in parts: the MD5 of their MD5s, and how many. Undefined where a part's ETag is no MD5. */
export function eTagOfParts(parts: readonly StoredSums[]): string | undefined {
  const hash = createHash('md5');
  for (const { ETag } of parts) {
    const md5 = md5OfETag(ETag);
    if (md5 === undefined) return undefined;
    hash.update(md5, 'hex');
  }
  return `${hash.digest('hex')}-${parts.length}`;
}
