import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellLine } from './shell-words.js';

it('a command line that we print means the same to the shell', () => {
  const word = fc.string({ unit: fc.constantFrom(...`aé '"$\`\\*?!~;&|<>(){}[]#%=:/.,-_`), maxLength: 12 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
      const line = shellLine(words, 'linux');
      if (line === undefined) return;
      const output = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
      expect(output.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

it('a name that no line can hold gives no command', () => {
  expect(shellLine(['tally', 'a\nb'], 'linux')).toBeUndefined();
  expect(shellLine(['tally', 'a\u001b[31m'], 'linux')).toBeUndefined();
});

it('Windows quotes otherwise', () => {
  expect(shellLine(['tally', 'C:\\in box\\x', 'acme:/in/'], 'win32')).toBe('tally "C:\\in box\\x" acme:/in/');
});
