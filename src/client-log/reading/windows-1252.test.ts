import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeWindows1252 } from './windows-1252.js';

describe('decodeWindows1252', () => {
  it.each([
    [0x80, '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f'],
    [0x90, '\u0090‘’“”•–—˜™š›œ\u009džŸ'],
    [0xa0, '\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯'],
    [0xe0, 'àáâãäåæçèéêëìíîï'],
    [0xf0, 'ðñòóôõö÷øùúûüýþÿ'],
    [0x40, '@ABCDEFGHIJKLMNO'],
  ])('decodes the sixteen bytes from %i on as the code page has them', (from, characters) => {
    const bytes = Uint8Array.from({ length: 16 }, (_, index) => from + index);
    expect(decodeWindows1252(bytes)).toBe(characters);
  });

  it('decodes a line of any length', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20_000 }), (length) => {
        const text = decodeWindows1252(new Uint8Array(length).fill(0x80));
        expect(text).toBe('\u20ac'.repeat(length));
      }),
      { numRuns: 20 },
    );
  });
});
