import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { ChecksumAlgorithm } from '../../core/checksum.js';
import type { RemoteEntry } from '../protocol-client.js';

/** The metadata under which the time of last change is kept, as rclone does: seconds since 1970 with a fraction. */
const MODIFIED = 'mtime';

export function modifiedMetadata(modifiedMs: number | undefined): Record<string, string> | undefined {
  return modifiedMs === undefined ? undefined : { [MODIFIED]: (modifiedMs / 1000).toFixed(3) };
}

type Facts = Pick<
  HeadObjectCommandOutput,
  | 'ContentLength'
  | 'LastModified'
  | 'ETag'
  | 'Metadata'
  | 'ServerSideEncryption'
  | 'SSECustomerAlgorithm'
  | 'ChecksumSHA256'
  | 'ChecksumSHA1'
  | 'ChecksumCRC32'
  | 'ChecksumType'
>;

export function entryOfObject(name: string, facts: Facts): RemoteEntry {
  const kept = facts.Metadata?.[MODIFIED];
  const keptMs = kept !== undefined && /^\d{1,11}(\.\d{1,9})?$/.test(kept) ? Number(kept) * 1000 : undefined;
  return {
    name,
    kind: 'file',
    sizeBytes: facts.ContentLength,
    modifiedMs: keptMs === undefined ? facts.LastModified?.getTime() : Math.trunc(keptMs),
    precisionMs: keptMs !== undefined && kept?.includes('.') === true ? 1 : 1000,
    version: facts.ETag,
  };
}

/** `md5` in hex where the ETag is the plain MD5 of the content: one request, no key of the user's. */
export function md5OfETag(eTag: string | undefined): string | undefined {
  return /^"?([0-9a-f]{32})"?$/i.exec(eTag ?? '')?.[1]?.toLowerCase();
}

/** What the server says of the whole content; undefined: not this. */
export function storedChecksum(facts: Facts, algorithm: ChecksumAlgorithm): string | undefined {
  switch (algorithm) {
    case 'md5': {
      const isPlain =
        facts.SSECustomerAlgorithm === undefined && !facts.ServerSideEncryption?.startsWith('aws:kms');
      return isPlain ? md5OfETag(facts.ETag) : undefined;
    }
    case 'sha256':
      return wholeChecksum(facts, facts.ChecksumSHA256);
    case 'sha1':
      return wholeChecksum(facts, facts.ChecksumSHA1);
    case 'crc32':
      return wholeChecksum(facts, facts.ChecksumCRC32);
    case 'sha512':
      return undefined;
  }
}

/** A checksum of the checksums of parts ends in `-N` and says nothing of the content as one. */
function wholeChecksum({ ChecksumType: type }: Facts, base64: string | undefined): string | undefined {
  if (base64 === undefined || type === 'COMPOSITE' || base64.includes('-')) return undefined;
  return hexOfBase64(base64);
}

export function hexOfBase64(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}
