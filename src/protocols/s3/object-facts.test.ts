import { describe, expect, it } from 'vitest';
import { entryOfObject, modifiedMetadata, storedChecksum } from './object-facts.js';

const SHA = Buffer.alloc(32, 0xab).toString('base64');
const MD5 = '0123456789abcdef0123456789ABCDEF';

describe('what S3 tells of an object', () => {
  it('gives back the time that was stored with it', () => {
    const LastModified = new Date(5_000);
    const Metadata = modifiedMetadata(1_600_000_000_123);
    expect(entryOfObject('a', { LastModified, Metadata })).toMatchObject({
      modifiedMs: 1_600_000_000_123,
      precisionMs: 1,
    });
    expect(entryOfObject('a', { LastModified })).toMatchObject({ modifiedMs: 5_000, precisionMs: 1000 });
    for (const mtime of ['', 'yesterday', '-1', '1e99', '1600000000.']) {
      expect(entryOfObject('a', { LastModified, Metadata: { mtime } }).modifiedMs).toBe(5_000);
    }
    // rclone writes nanoseconds.
    expect(entryOfObject('a', { Metadata: { mtime: '1600000000.123456789' } }).modifiedMs).toBe(
      1_600_000_000_123,
    );
  });

  it('takes a checksum only where it is one of the whole content', () => {
    expect(storedChecksum({ ETag: `"${MD5}"` }, 'md5')).toBe(MD5.toLowerCase());
    expect(storedChecksum({ ETag: `"${MD5}-3"` }, 'md5')).toBeUndefined();
    expect(storedChecksum({ ETag: `"${MD5}"`, ServerSideEncryption: 'aws:kms' }, 'md5')).toBeUndefined();
    expect(storedChecksum({ ETag: `"${MD5}"`, SSECustomerAlgorithm: 'AES256' }, 'md5')).toBeUndefined();
    expect(storedChecksum({ ChecksumSHA256: SHA }, 'sha256')).toBe('ab'.repeat(32));
    expect(storedChecksum({ ChecksumSHA256: `${SHA}-2` }, 'sha256')).toBeUndefined();
    expect(storedChecksum({ ChecksumSHA256: SHA, ChecksumType: 'COMPOSITE' }, 'sha256')).toBeUndefined();
    expect(storedChecksum({ ChecksumSHA256: SHA }, 'sha512')).toBeUndefined();
  });
});
