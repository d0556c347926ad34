import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contradiction, isWindowsPath, mapPath, parsePathMapping, type PathMapping } from './path-map.js';

const map = (...texts: readonly string[]): readonly PathMapping[] =>
  texts.map((text) => {
    const mapping = parsePathMapping(text);
    if (typeof mapping === 'string') throw new TypeError(mapping);
    return mapping;
  });

describe('a mapping', () => {
  it.each([
    [String.raw`C:\outbound\acme\a.xml`, '/srv/outbound/acme/a.xml'],
    [String.raw`c:\OUTBOUND\Acme\A.xml`, '/srv/outbound/Acme/A.xml'],
    ['C:/outbound/a.xml', '/srv/outbound/a.xml'],
    [String.raw`C:\outbound`, '/srv/outbound'],
  ])(String.raw`takes %s of C:\outbound to %s`, (path, expected) => {
    expect(mapPath(path, map(String.raw`C:\outbound=/srv/outbound`))).toBe(expected);
    expect(mapPath(path, map(String.raw`c:/Outbound/=/srv/outbound/`))).toBe(expected);
  });

  it.each([
    String.raw`C:\outbound2\a.xml`,
    String.raw`D:\outbound\a.xml`,
    '/outbound/a.xml',
    String.raw`C:\out`,
    'relative',
    '',
  ])('leaves %s alone', (path) => {
    expect(mapPath(path, map(String.raw`C:\outbound=/srv/outbound`))).toBeUndefined();
  });

  it('of a whole drive, of a share and of the root', () => {
    const drive = map(String.raw`D:\=/mnt/d`, String.raw`\\files\out=/mnt/files`, '/old/=/');
    expect(mapPath(String.raw`d:\a\b.txt`, drive)).toBe('/mnt/d/a/b.txt');
    expect(mapPath(String.raw`\\FILES\Out\b.txt`, drive)).toBe('/mnt/files/b.txt');
    expect(mapPath('/old/b.txt', drive)).toBe('/b.txt');
  });

  it('is chosen by the longest folder, in whatever order they stand', () => {
    const mappings = [String.raw`C:\=/c`, String.raw`C:\out\acme=/acme`, String.raw`C:\out=/out`];
    for (const order of [mappings, mappings.toReversed()]) {
      expect(mapPath(String.raw`C:\out\acme\x`, map(...order))).toBe('/acme/x');
      expect(mapPath(String.raw`C:\out\beta\x`, map(...order))).toBe('/out/beta/x');
      expect(mapPath(String.raw`C:\in\x`, map(...order))).toBe('/c/in/x');
    }
  });

  it('of a POSIX folder minds case, and takes a backslash as a character', () => {
    expect(mapPath(String.raw`/srv/a\b`, map('/srv=/mnt'))).toBe(String.raw`/mnt/a\b`);
    expect(mapPath('/SRV/a', map('/srv=/mnt'))).toBeUndefined();
  });

  it('takes a folder with = in its name where only one reading is possible', () => {
    expect(parsePathMapping(String.raw`C:\a=b=/srv/x`)).toEqual({ from: String.raw`C:\a=b`, to: '/srv/x' });
    expect(parsePathMapping('/a=./b')).toEqual({ from: '/a', to: './b' });
  });

  it.each(['', '=', 'C:\\a', 'C:\\a=', '=/b', '/a=/b=/c', 'a=/b'])(
    'refuses %j with what is right',
    (text) => {
      expect(parsePathMapping(text)).toMatch(/^must /);
    },
  );

  it('contradicts another one of the same folder', () => {
    expect(contradiction(map(String.raw`C:\a=/x`, 'c:/A/=/y'))?.[1].to).toBe('/y');
    expect(contradiction(map(String.raw`C:\a=/x`, 'c:/A/=/x', '/a=/y', '/A=/z'))).toBeUndefined();
  });

  it('never leads out of the folder that it names, whatever the name', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[^\\/]{1,8}$/), { minLength: 1, maxLength: 4 }), (names) => {
        const path = ['C:', 'out', ...names].join('\\');
        expect(mapPath(path, map(String.raw`C:\OUT=/srv`))).toBe(['/srv', ...names].join('/'));
      }),
    );
  });
});

it('a path of Windows begins with a drive or a share', () => {
  expect([String.raw`C:\a`, 'c:/a', 'C:', String.raw`\\server\share`].every(isWindowsPath)).toBe(true);
  expect(['/a', '//a', 'a', 'CD:\\a', 'C:a', '\\a', ''].some(isWindowsPath)).toBe(false);
});
