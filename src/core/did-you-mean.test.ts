import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closestWord, didYouMean, editDistance } from './did-you-mean.js';

describe('the word that was meant', () => {
  it.each([
    ['retires', 'retries'],
    ['pasword', 'password'],
    ['tenthColum', 'tenthColumn'],
    ['HOSTKEYS', 'hostKeys'],
  ])('%s is taken for %s', (typed, meant) => {
    expect(closestWord(typed, ['timeout', 'retries', 'password', 'tenthColumn', 'hostKeys'])).toBe(meant);
  });

  it('is not guessed when nothing is near', () => {
    expect(didYouMean('zebra', ['timeout', 'retries'])).toBe('');
  });
});

describe('edit distance', () => {
  it('counts a swap of neighbours as one', () => {
    expect(editDistance('retires', 'retries')).toBe(1);
  });

  it('is symmetric, and zero for the same word only', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (left, right) => {
        expect(editDistance(left, right)).toBe(editDistance(right, left));
        expect(editDistance(left, right) === 0).toBe(left === right);
      }),
    );
  });
});
