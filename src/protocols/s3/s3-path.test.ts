import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { s3Place } from './s3-path.js';

const place = (path: string) => s3Place(path, 'stat');

describe('a path over S3', () => {
  it.each([
    ['', { kind: 'root' }],
    ['/', { kind: 'root' }],
    ['/.', { kind: 'root' }],
    ['bucket', { kind: 'bucket', bucket: 'bucket' }],
    ['/bucket/', { kind: 'bucket', bucket: 'bucket' }],
    ['/bucket/./a', { kind: 'key', bucket: 'bucket', key: 'a', isFolder: false }],
    ['/bucket/a/b/', { kind: 'key', bucket: 'bucket', key: 'a/b', isFolder: true }],
    ['/bucket/ a+%2F', { kind: 'key', bucket: 'bucket', key: ' a+%2F', isFolder: false }],
  ])('%j is %j', (path, expected) => expect(place(path)).toEqual(expected));

  it.each([
    '//',
    '//a',
    '/b//a',
    '/b/a//',
    '/b/..',
    '/b/../c/d',
    '/../b',
    '/b?x/a',
    '/b%2fc/a',
    '/-b/a',
    '/@evil/a',
  ])('%j is refused', (path) =>
    expect(() => place(path)).toThrow(expect.objectContaining({ code: 'NAME_REFUSED' })),
  );

  it('has exactly the key that was written, or none', () => {
    const name = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
        const key = names.join('/');
        try {
          const found = place(`/bucket/${key}`);
          const isSame = found.kind === 'key' && found.key === key;
          const isTidied = /(^|\/)\.(\/|$)|\/$|^$/.test(key);
          expect(isSame || isTidied).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'NAME_REFUSED' });
          expect(/(^|\/)(\.\.|\.?)(\/|$)/.test(key)).toBe(true);
        }
      }),
    );
  });
});
