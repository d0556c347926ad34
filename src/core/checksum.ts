import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * How content can be compared without sending it again, weakest first. The order is also that of preference,
 * read from its end.
 */
export const CHECKSUM_ALGORITHMS = ['crc32', 'md5', 'sha1', 'sha256', 'sha512'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** A checksum taken over bytes as they pass. */
export interface RunningChecksum {
  update(chunk: Uint8Array): void;
  /** Lower-case hex, of full length. Ends it. */
  digest(): string;
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  if (algorithm === 'crc32') return new RunningCrc32();
  const hash = createHash(algorithm);
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('hex') };
}

class RunningCrc32 implements RunningChecksum {
  #value = 0;

  update(chunk: Uint8Array): void {
    this.#value = crc32(chunk, this.#value);
  }

  digest(): string {
    return this.#value.toString(16).padStart(8, '0');
  }
}
