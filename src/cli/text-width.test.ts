import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitEnd, fitMiddle, padColumns, textWidth } from './text-width.js';

it.each([
  ['abc', 3],
  ['Lieferschein für', 16],
  ['fu\u0308r', 3],
  ['注文書', 6],
  ['📦', 2],
  ['', 0],
])('%s takes %i columns', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

describe('text that is too long', () => {
  it('keeps its beginning and, above all, its end', () => {
    expect(fitMiddle('/srv/outbox/very/deep/orders-2026.csv', 20)).toBe('/srv/o…ders-2026.csv');
    expect(fitEnd('12/40 files', 6)).toBe('12/40…');
  });

  it('never takes more columns than it has, and is left alone when it fits', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 0, max: 50 }),
        (text, width) => {
          for (const fit of [fitMiddle, fitEnd]) {
            expect(textWidth(fit(text, width))).toBeLessThanOrEqual(width);
            if (textWidth(text) <= width) expect(fit(text, width)).toBe(text);
          }
          expect(textWidth(padColumns(text, width))).toBeGreaterThanOrEqual(width);
        },
      ),
    );
  });
});
