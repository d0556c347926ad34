import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { remotePath } from '../core/remote-path.js';
import { dosMatcher, parsePattern } from './wildcard.js';

describe('DOS wildcards', () => {
  it.each([
    ['*.*', 'noextension', true],
    ['*', '.hidden', true],
    ['*.xml', 'A.XML', true],
    ['*.xml', 'a.xmlx', false],
    ['*.xml', 'axml', false],
    ['?.*', 'a.txt', true],
    ['?.*', 'a', true],
    ['?.*', 'ab.txt', false],
    ['a?', 'a', true],
    ['a?', 'ab', true],
    ['a?', 'abc', false],
    ['a?c', 'ac', false],
    ['a?c.txt', 'abc.txt', true],
    ['data??.csv', 'data1.csv', true],
    ['data??.csv', 'data123.csv', false],
    ['*.', 'noextension', true],
    ['*.', 'with.ext', false],
    ['inv_*.x?l', 'inv_0301.xml', true],
    ['(a)[b]+.txt', '(a)[b]+.txt', true],
    ['a+b*.txt', 'aab.txt', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(dosMatcher(pattern)(name)).toBe(expected);
  });

  it('without a wildcard matches only the name itself, but for case', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (text, other) => {
        const name = text.replace(/[*?]/g, '') || 'x';
        if (name.endsWith('.')) return;
        expect(dosMatcher(name)(name)).toBe(true);
        if (other.toLowerCase() !== name.toLowerCase()) expect(dosMatcher(name)(other)).toBe(false);
      }),
    );
  });

  it('parts a path at its first wildcard', () => {
    expect(parsePattern(remotePath('/out/2026/*.csv'), false)).toMatchObject({
      base: '/out/2026',
      segments: [expect.any(Function)],
    });
    expect(parsePattern(remotePath('/*.csv'), false).base).toBe('/');
    expect(parsePattern(remotePath('*.csv'), false).base).toBe('');
    expect(parsePattern(remotePath('out/*/x.csv'), false).segments).toHaveLength(2);
    expect(parsePattern(remotePath('/out/*.csv'), true).segments[0]).toBe('**');
  });
});
