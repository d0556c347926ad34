import { classOfLetter, type LetterClass } from './letter-classes.js';

/** 32 hex digits or more that nobody can foresee without the key; the same for the same text. */
export type KeyedHash = (text: string) => string;

/** Four make a permutation that cannot be told from a random one (Luby and Rackoff); more for short words. */
const ROUNDS = 6;
const HEX_DIGITS_PER_LETTER = 4;

interface SpelledWord {
  readonly classes: readonly LetterClass[];
  readonly indexes: number[];
  readonly isUpper: readonly boolean[];
}

/**
 * Replaces words by words of the same length, letter for letter of the same class. A Feistel network on the letters'
 * numbers: two words never get the same replacement, and nothing need be remembered.
 */
export class WordCipher {
  readonly #hash: KeyedHash;

  constructor(hash: KeyedHash) {
    this.#hash = hash;
  }

  /** `word` consists of characters that NAME_CHARACTER matches. Upper case stays upper case. */
  replace(word: string): string {
    const { classes, indexes, isUpper } = spell(word);
    const shape = classes.map(({ name }) => name).join(' ');
    const half = indexes.length >> 1;
    for (let round = 0; round < ROUNDS; round += 1) {
      const isFirstHalf = round % 2 === 0;
      const [from, to] = isFirstHalf ? [0, half] : [half, indexes.length];
      const other = isFirstHalf ? indexes.slice(half) : indexes.slice(0, half);
      const numbers = this.#numbers(`${round}|${shape}|${other.join(' ')}`, to - from);
      for (let at = from; at < to; at += 1) {
        const size = classes[at]?.letters.length ?? 1;
        indexes[at] = ((indexes[at] ?? 0) + (numbers[at - from] ?? 0)) % size;
      }
    }
    return indexes
      .map((index, at) => {
        const letter = classes[at]?.letters[index] ?? '';
        return isUpper[at] === true ? letter.toUpperCase() : letter;
      })
      .join('');
  }

  /** So many numbers from 0 to 65,535. */
  #numbers(text: string, count: number): readonly number[] {
    const numbers: number[] = [];
    const seed = count === 0 ? '' : this.#hash(text);
    for (let block = 1, digits = seed; numbers.length < count; block += 1) {
      for (let at = 0; at + HEX_DIGITS_PER_LETTER <= digits.length; at += HEX_DIGITS_PER_LETTER) {
        numbers.push(Number.parseInt(digits.slice(at, at + HEX_DIGITS_PER_LETTER), 16));
        if (numbers.length === count) break;
      }
      if (numbers.length < count) digits = this.#hash(`${block}|${seed}`);
    }
    return numbers;
  }
}

function spell(word: string): SpelledWord {
  const letters = Array.from(word, classOfLetter);
  return {
    classes: letters.map(({ letterClass }) => letterClass),
    indexes: letters.map(({ index }) => index),
    isUpper: letters.map(({ isUpper }) => isUpper),
  };
}
