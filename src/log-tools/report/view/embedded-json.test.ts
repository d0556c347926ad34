import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embeddedJson } from './embedded-json.js';

const written = (data: unknown) => [...embeddedJson(data)].join('');

describe('JSON embedded in a page', () => {
  it('reads as what was written, and holds nothing that ends its element', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ stringUnit: 'binary' })), (data) => {
        const text = written(data);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(data)));
        expect(text).not.toMatch(/[<>&\u2028\u2029]/);
      }),
    );
  });

  it('writes long lists in pieces', () => {
    const rows = Array.from({ length: 1234 }, (_, index) => [index, '</script>']);
    const pieces = [...embeddedJson({ rows, none: [], nothing: undefined, empty: {} })];
    expect(pieces.length).toBeGreaterThan(3);
    expect(JSON.parse(pieces.join(''))).toEqual({ rows, none: [], empty: {} });
  });
});
