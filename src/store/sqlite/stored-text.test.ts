import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromStored, toStored } from './stored-text.js';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(fc.constantFrom('\ud800', '\udfff', '\u{10FFFE}', 'd800', '0000', 'a', '\0', '\u{1F600}'))
    .map((all) => all.join('')),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

it('every text comes back as it was, and is bytes of UTF-8 in between', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const stored = toStored(text);
      expect(Buffer.from(stored, 'utf8').toString('utf8')).toBe(stored);
      expect(fromStored(stored)).toBe(text);
    }),
    { numRuns: 3000 },
  );
});
