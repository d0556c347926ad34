import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wrapText } from './wrap-text.js';

it('parts lines at spaces, and indents the others as far as the first begins', () => {
  expect(wrapText('one two three four', { width: 12, lead: '  - ' })).toEqual([
    '  - one two',
    '    three',
    '    four',
  ]);
});

it('keeps a command in one piece', () => {
  expect(wrapText('See: `nc -vz host 22`, or `ping host`.', { width: 16, lead: '' })).toEqual([
    'See:',
    '`nc -vz host 22`,',
    'or `ping host`.',
  ]);
});

it('loses no word, and no line is longer than the width unless a word is', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 8, max: 30 }), (each, width) => {
      const lines = wrapText(each.join(' '), { width, lead: '  ' });
      expect(lines.join(' ').split(/\s+/).filter(Boolean)).toEqual(each);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    }),
  );
});
