import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseByteSize, showBytes } from './byte-size.js';

describe('a number of bytes', () => {
  it.each([
    ['500', 500],
    [500, 500],
    ['64k', 65_536],
    ['5M', 5_242_880],
    ['5MiB', 5_242_880],
    ['5MB', 5_000_000],
    ['5MB/s', 5_000_000],
    ['1.5g', 1_610_612_736],
    ['100B', 100],
  ])('%s is %i', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(['', '0', '-1', 'fast', '5X', '5 M B', '1e9', '99999999T'])('"%s" is none', (text) => {
    expect(parseByteSize(text)).toBeUndefined();
  });

  it('is a positive whole number whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const bytes = parseByteSize(text);
        if (bytes !== undefined) expect(Number.isSafeInteger(bytes) && bytes > 0).toBe(true);
      }),
    );
  });
});

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1_288_490_189, '1.2 GiB'],
  [104_857_600, '100 MiB'],
  [1_048_575, '1.0 MiB'],
])('%i bytes read as %s', (bytes, text) => {
  expect(showBytes(bytes)).toBe(text);
});
