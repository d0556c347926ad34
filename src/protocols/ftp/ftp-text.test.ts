import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from './ftp-text.js';

describe('text on the wire', () => {
  it('is UTF-8', () => {
    expect(decodeText(Buffer.from('Grüße 漢字 🚢'))).toBe('Grüße 漢字 🚢');
    expect(encodeText('Grüße 漢字 🚢')).toEqual(Buffer.from('Grüße 漢字 🚢'));
  });

  it('carries a name in Latin-1 through as its bytes', () => {
    const bytes = Buffer.from('Gr\u00fc\u00dfe.txt', 'latin1');
    const name = decodeText(bytes);
    expect(name).toBe('Gr\udcfc\udcdfe.txt');
    expect(encodeText(name)).toEqual(bytes);
  });

  it('gives back any bytes as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(Buffer.compare(encodeText(decodeText(Buffer.from(bytes))), Buffer.from(bytes))).toBe(0);
      }),
    );
  });

  it('gives back any well-formed text as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeText(encodeText(text))).toBe(text);
      }),
    );
  });
});
