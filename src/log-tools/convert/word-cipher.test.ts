import { hash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordCipher } from './word-cipher.js';

const cipher = (key: string) => new WordCipher((text) => hash('sha256', `${key} ${text}`, 'hex'));
const name = fc.stringMatching(/^[\p{L}\p{M}\p{N}\p{So}]{1,40}$/u);

describe('words are replaced', () => {
  it('two never by the same: all 676 words of two letters stay apart', () => {
    const { replace } = bound(cipher('k'));
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    const words = [...letters].flatMap((first) => [...letters].map((second) => first + second));
    expect(new Set(words.map(replace))).toEqual(new Set(words));
  });

  it('two never by the same: all 10,000 numbers of four digits stay apart', () => {
    const { replace } = bound(cipher('k'));
    const numbers = Array.from({ length: 10_000 }, (_, index) => String(index).padStart(4, '0'));
    expect(new Set(numbers.map(replace))).toEqual(new Set(numbers));
  });

  it('by words of the same length, letter for letter of the same kind', () => {
    fc.assert(
      fc.property(name, (word) => {
        const replaced = cipher('k').replace(word);
        expect([...replaced].map(kindOf)).toEqual([...word].map(kindOf));
      }),
      { examples: [['\u24ba\u2173A\u20e6']] },
    );
  });

  it('the same way in capitals: the name of a file on Windows has one replacement', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zäöüéøñа-я0-9]{1,20}$/), (word) => {
        const { replace } = bound(cipher('k'));
        expect(replace(word.toUpperCase())).toBe(replace(word).toUpperCase());
      }),
    );
  });

  it('otherwise under another key', () => {
    expect(cipher('one').replace('orders')).not.toBe(cipher('two').replace('orders'));
  });

  it('also where they are far longer than one hash has digits', () => {
    const word = 'a'.repeat(5_000);
    const replaced = cipher('k').replace(word);
    expect(replaced).toMatch(/^[a-z]{5000}$/);
    expect(new Set(replaced).size).toBe(26);
  });

  it('where case is not a pair: the German sharp s, the Kelvin sign, a dotted capital I', () => {
    const words = ['straße', 'strasse', '\u212a', 'k', '\u0130', 'i', 'ı'];
    const replaced = words.map((word) => cipher('k').replace(word));
    expect(new Set(replaced).size).toBe(words.length);
    expect(replaced.map((word) => [...word].length)).toEqual(words.map((word) => [...word].length));
  });
});

function bound(made: WordCipher): { readonly replace: (word: string) => string } {
  return { replace: (word) => made.replace(word) };
}

function kindOf(character: string): string {
  const kinds = [/\p{Lu}/u, /\p{Ll}/u, /\p{L}/u, /\p{M}/u, /\p{N}/u, /\p{So}/u];
  return String(kinds.findIndex((kind) => kind.test(character)));
}
