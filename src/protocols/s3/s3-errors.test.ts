import { describe, expect, it } from 'vitest';
import { s3Error, type S3Refusal } from './s3-errors.js';

const NOW = Date.UTC(2026, 10, 26, 5, 0, 0);
const context = { phase: 'read', place: 'host:443', operation: 'read /b/k', nowMs: NOW } as const;

function error(refusal: Partial<S3Refusal> & Pick<S3Refusal, 'status'>) {
  const nothing = { name: undefined, words: undefined, headers: {}, region: undefined, endpoint: undefined };
  return s3Error({ ...nothing, ...refusal }, context);
}

describe('a refusal of S3', () => {
  it.each<[number, string | undefined, string, string]>([
    [403, 'AccessDenied', 'PERMISSION_DENIED', 'permanent'],
    [403, 'InvalidAccessKeyId', 'AUTH_REJECTED', 'auth'],
    [403, 'SignatureDoesNotMatch', 'AUTH_REJECTED', 'auth'],
    [400, 'ExpiredToken', 'AUTH_REJECTED', 'auth'],
    [404, 'NoSuchKey', 'NOT_FOUND', 'permanent'],
    [404, 'NoSuchUpload', 'REFUSED', 'transient'],
    [503, 'SlowDown', 'SERVER_BUSY', 'transient'],
    [500, 'InternalError', 'SERVER_BUSY', 'transient'],
    [400, 'RequestTimeout', 'TIMEOUT', 'transient'],
    [400, 'BadDigest', 'CONTENT_MISMATCH', 'transient'],
    [400, 'EntityTooSmall', 'REFUSED', 'permanent'],
    [507, 'XMinioStorageFull', 'NO_SPACE', 'permanent'],
    [501, 'NotImplemented', 'UNSUPPORTED', 'permanent'],
    [400, 'constructor', 'REFUSED', 'permanent'],
    [401, undefined, 'AUTH_REJECTED', 'auth'],
    [404, undefined, 'NOT_FOUND', 'permanent'],
    [429, undefined, 'SERVER_BUSY', 'transient'],
    [302, undefined, 'REDIRECT_REFUSED', 'permanent'],
    [418, undefined, 'REFUSED', 'permanent'],
    [599, undefined, 'PROTOCOL_VIOLATION', 'permanent'],
  ])('%i %s is %s', (status, name, code, retry) => {
    expect(error({ status, name })).toMatchObject({ code, retry, lastCode: status });
  });

  it('never decides by words, and makes them printable', () => {
    const refused = error({ status: 400, name: 'Odd', words: 'AccessDenied\u001b[31m.' });
    expect(refused.code).toBe('REFUSED');
    expect(refused.message).toBe('host:443: read /b/k: 400 Odd (AccessDenied\\x1b[31m)');
  });

  it('with a status that reads as success has the code -1', () => {
    expect(error({ status: 200, name: 'InternalError' })).toMatchObject({
      code: 'SERVER_BUSY',
      lastCode: -1,
    });
  });

  it('tells how far our clock is off', () => {
    const headers = { date: 'Thu, 26 Nov 2026 05:20:00 GMT' };
    const skewed = error({ status: 403, name: 'RequestTimeTooSkewed', headers });
    expect(skewed).toMatchObject({ code: 'AUTH_REJECTED', retry: 'config', side: 'us' });
    expect(skewed.message).toMatch(/our clock is 1200 s behind the server's$/);
  });

  it('names the right region, and what to say', () => {
    const wrong = error({ status: 400, name: 'AuthorizationHeaderMalformed', region: 'eu-west-3' });
    expect(wrong.message).toMatch(/the bucket is in the region eu-west-3$/);
    expect(wrong).toMatchObject({
      retry: 'config',
      advice: 'Say --region eu-west-3, or region in the connection.',
    });
  });

  it('to a HEAD, which has no name, is explained by a region that is not ours', () => {
    expect(error({ status: 400, region: 'eu-west-3' })).toMatchObject({
      code: 'AUTH_REJECTED',
      retry: 'config',
    });
    expect(error({ status: 400 })).toMatchObject({ code: 'REFUSED' });
  });

  it.each([
    ['120', 120_000],
    ['Thu, 26 Nov 2026 05:00:30 GMT', 30_000],
    ['Thu, 26 Nov 2026 04:00:00 GMT', 0],
    ['soon', undefined],
  ])('is waited for as Retry-After %j says', (value, expected) => {
    expect(error({ status: 503, headers: { 'retry-after': value } }).retryAfterMs).toBe(expected);
  });
});
