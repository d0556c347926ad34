import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldCase, hasWildcard, requiredRun, wholeTextTest, type Mask, type MaskPart } from './mask.js';

const masks = fc
  .array(fc.constantFrom<string>('*', '?', 'a', 'b', 'B', '.', 'ß', 'é', '😀'), { maxLength: 8 })
  .map((signs) => {
    const parts: MaskPart[] = [];
    for (const sign of signs) {
      const last = parts.at(-1);
      if (sign === '*' || sign === '?') parts.push(sign);
      else if (typeof last === 'object') parts[parts.length - 1] = { text: last.text + sign };
      else parts.push({ text: sign });
    }
    return parts;
  });

const texts = fc.array(fc.constantFrom('a', 'A', 'b', '.', 'ß', 'é', '😀', 'x'), { maxLength: 10 });

/** The same by the regular expressions of the language. */
function naiveTest(mask: Mask): RegExp {
  const source = mask.map((part) => {
    if (part === '*') return '[^]*';
    return part === '?' ? '[^]' : foldCase(part.text).replace(/[.]/g, '\\.');
  });
  return new RegExp(`^${source.join('')}$`, 'u');
}

describe('masks', () => {
  it('match what the same regular expression matches', () => {
    fc.assert(
      fc.property(masks, texts, (mask, signs) => {
        const folded = foldCase(signs.join(''));
        expect(wholeTextTest(mask)(folded)).toBe(naiveTest(mask).test(folded));
      }),
      { numRuns: 2000 },
    );
  });

  it('with many stars take no more than the length of the text', () => {
    const stars = Array.from({ length: 200 }, (): Mask => ['*', { text: 'a' }, '?']).flat();
    expect(wholeTextTest([...stars, { text: 'b' }])('a'.repeat(50_000))).toBe(false);
  });

  it('give text that every matching text holds', () => {
    fc.assert(
      fc.property(masks, texts, (mask, signs) => {
        const text = signs.join('');
        const required = requiredRun(mask);
        if (required === undefined || !wholeTextTest(mask)(foldCase(text))) return;
        expect(text.toLowerCase()).toContain(required);
      }),
    );
  });

  it('give no text where a run is too short or not plain', () => {
    expect(requiredRun([{ text: 'ab' }, '*', { text: 'é;%' }])).toBeUndefined();
    expect(requiredRun([{ text: 'ab' }, '?', { text: 'INV_2é' }])).toBe('inv_2');
    expect(hasWildcard([{ text: '*' }])).toBe(false);
  });
});

describe('folding', () => {
  it('makes no character outside ASCII one of ASCII, and each of ASCII one of ASCII', () => {
    for (let point = 0; point < 0x2_0000; point += 1) {
      const folded = foldCase(String.fromCodePoint(point));
      if (point < 0x80) expect(folded).toMatch(/^[\0-\x7f]$/);
      else if (/[\0-\x7f]/.test(folded)) expect.fail(`U+${point.toString(16)} became "${folded}"`);
    }
  });

  it.each([
    ['Größe.XML', 'GRÖSSE.xml'.replace('SS', 'ß')],
    ['Gro\u0308ße', 'größe'],
    ['ΑΣ', 'ας'],
    ['ΑΣΑ', 'ασα'],
  ])('takes %s and %s for the same', (left, right) => {
    expect(foldCase(left)).toBe(foldCase(right));
  });
});
