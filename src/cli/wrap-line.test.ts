import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from './text-width.js';
import { wrapLine } from './wrap-line.js';

describe('wrapLine', () => {
  it('breaks at spaces, and indents what follows', () => {
    expect(wrapLine('send  from here to there', 12, '  ')).toEqual(['send  from', '  here to', '  there']);
  });

  it('breaks a word that is wider than a line', () => {
    expect(wrapLine('ab /srv/outbound/x.xml', 10, '  ')).toEqual(['ab', '  /srv/out', '  bound/x.', '  xml']);
  });

  it('leaves the indent out where it would take more than half the line', () => {
    expect(wrapLine('one two', 4, '    ')).toEqual(['one', 'two']);
  });

  it('keeps an indent at the beginning', () => {
    expect(wrapLine('   one two', 7)).toEqual(['   one', 'two']);
  });

  it('loses nothing but spaces, and no line is wider than it may be', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.integer({ min: 2, max: 40 }),
        (text, width) => {
          const lines = wrapLine(text, width, '  ');
          expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});
