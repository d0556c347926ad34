import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUtf8 } from './utf8.js';

const strict = new TextDecoder('utf-8', { fatal: true });

function runtimeTakes(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Bytes at the borders of every rule, so that sequences are often nearly right. */
const borderByte = fc.constantFrom(
  ...[0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec],
  ...[0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff],
);

describe('isUtf8', () => {
  it('says what the decoder of the runtime says', () => {
    const bytes = fc.oneof(
      fc.array(borderByte, { maxLength: 6 }).map((all) => Uint8Array.from(all)),
      fc.uint8Array({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(bytes, (some) => {
        expect(isUtf8(some)).toBe(runtimeTakes(some));
      }),
      { numRuns: 20_000 },
    );
  });

  it('takes every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(isUtf8(new TextEncoder().encode(text))).toBe(true);
      }),
    );
  });
});
