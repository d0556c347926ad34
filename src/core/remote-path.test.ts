import fc from 'fast-check';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  joinRemote,
  localNameProblem,
  remoteName,
  remoteParent,
  remotePath,
  segmentProblem,
} from './remote-path.js';
import { TransferError } from './transfer-error.js';

describe('names from outside', () => {
  it.each([
    '../x',
    '/etc/x',
    'C:\\x',
    '..',
    '.',
    '',
    'a/b',
    'a\\b',
    'a\0b',
    'a\r\nb',
    'a\u001b[2Jb',
    'x'.repeat(65_536),
  ])('refuses %j as a path segment', (name) => {
    expect(() => joinRemote(remotePath('/in'), name)).toThrow(TransferError);
  });

  it.each([
    'a;b.txt',
    'quo\'te"',
    ' leading',
    '-leading-dash',
    'trailing.',
    '%3B',
    'ü',
    'u\u0308',
    'a:b',
    '日本',
  ])('takes %j as it is', (name) => {
    expect(joinRemote(remotePath('/in'), name)).toBe(`/in/${name}`);
  });

  it('never lets a name lead out of its folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        if (segmentProblem(name) !== undefined) return;
        const joined = joinRemote(remotePath('/in/sub'), name);
        expect(posix.dirname(posix.normalize(joined))).toBe('/in/sub');
        expect(remoteParent(joined)).toBe('/in/sub');
        expect(remoteName(joined)).toBe(name);
      }),
    );
  });

  it.each([
    ['C:x', 'linux'],
    ['con.txt', 'win32'],
    ['file.', 'win32'],
    ['a:stream', 'win32'],
    ['a?b', 'win32'],
  ] as const)('refuses %j as a local name on %s', (name, os) => {
    expect(localNameProblem(name, os)).toBeDefined();
  });

  it('lets no control character into any path', () => {
    for (const character of ['\r', '\n', '\0', '\u0085', '\u2028', '\u001b', '\u007f']) {
      expect(() => remotePath(`/in/a${character}b`)).toThrow(TransferError);
    }
  });
});
