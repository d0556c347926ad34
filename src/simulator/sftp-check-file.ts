import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ServedTree } from './served-tree.js';

const PIECE_BYTES = 65_536;

export interface CheckedStretch {
  /** As the draft names it: `md5`, `sha256`, `crc32`. */
  readonly algorithm: string;
  readonly position: number;
  /** 0: to the end. */
  readonly length: number;
}

/** The checksum over a stretch of a file. Refuses as the tree does. */
export async function checksumOf(
  tree: ServedTree,
  path: string,
  { algorithm, position, length }: CheckedStretch,
): Promise<Buffer> {
  const file = await tree.open(path, 'read');
  const taking = algorithm === 'crc32' ? runningCrc() : createHash(algorithm);
  const end = length === 0 ? Infinity : position + length;
  try {
    for (let at = position; at < end;) {
      const bytes = await file.read(at, Math.min(PIECE_BYTES, end - at));
      if (bytes.length === 0) break;
      taking.update(bytes);
      at += bytes.length;
    }
  } finally {
    await file.close();
  }
  return taking.digest();
}

function runningCrc(): { update(bytes: Uint8Array): void; digest(): Buffer } {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value >>> 0);
      return bytes;
    },
  };
}
