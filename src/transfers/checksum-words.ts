import type { ChecksumAlgorithm } from '../core/checksum.js';

const WORDS: Readonly<Record<ChecksumAlgorithm, string>> = {
  crc32: 'CRC-32',
  md5: 'MD5',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha512: 'SHA-512',
};

/** An algorithm as people write it. */
export function checksumWords(algorithm: ChecksumAlgorithm): string {
  return WORDS[algorithm];
}
