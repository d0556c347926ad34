import { expect, it } from 'vitest';
import { readAskedLine } from './line-place.js';

it.each([
  ['cl260301.log:4711', { kind: 'file', file: 'cl260301.log', lineNumber: 4711 }],
  [
    String.raw`C:\logs\cl260301.log:5`,
    { kind: 'file', file: String.raw`C:\logs\cl260301.log`, lineNumber: 5 },
  ],
  ['a:b:7', { kind: 'file', file: 'a:b', lineNumber: 7 }],
  ['cl260301.log:12:', { kind: 'file', file: 'cl260301.log', lineNumber: 12 }],
  ['cl.log:12:2026-03-01 02:10:44; ftp; h', { kind: 'file', file: 'cl.log', lineNumber: 12 }],
  ['2026-03-01 02:10:44; ftp; h', { kind: 'pasted', text: '2026-03-01 02:10:44; ftp; h' }],
  ['-', { kind: 'stdin' }],
])('%s is understood', (word, asked) => {
  expect(readAskedLine(word, true)).toEqual(asked);
});

it('without a word the line comes from stdin, unless somebody sits there', () => {
  expect(readAskedLine(undefined, false)).toEqual({ kind: 'stdin' });
  expect(() => readAskedLine(undefined, true)).toThrow('name a line, such as cl260301.log:4711');
});

it.each([
  ['cl260301.log', 'names no line'],
  [String.raw`C:\logs\cl260301.log`, 'names no line'],
  ['cl260301.log:0', 'the first one is 1'],
])('%s is refused', (word, message) => {
  expect(() => readAskedLine(word, true)).toThrow(message);
});
