import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingsPath, transferPath } from './local-path.js';

describe('a local path of a transfer', () => {
  it.each([
    ['a.txt', '/home/me/a.txt'],
    ['./a.txt', '/home/me/a.txt'],
    ['../out/*.xml', '/home/out/*.xml'],
    ['../..', '/'],
    ['.', '/home/me'],
    ['./', '/home/me/'],
    ['out/', '/home/me/out/'],
    ['/in//x/./y', '/in/x/y'],
    ['/in/', '/in/'],
    ['/', '/'],
    ['-dash', '/home/me/-dash'],
  ])('%s is %s', (given, path) => {
    expect(transferPath(given, '/home/me', 'linux')).toBe(path);
  });

  it('keeps .. behind a name, which may be a link', () => {
    expect(transferPath('link/../x', '/home/me', 'linux')).toBe('/home/me/link/../x');
  });

  it.each([
    ['D:\\out\\*.xml', 'D:/out/*.xml'],
    ['out\\', 'C:/data/out/'],
    ['\\\\share\\in\\x', '//share/in/x'],
    ['..\\x', 'C:/x'],
  ])('on Windows %s is %s', (given, path) => {
    expect(transferPath(given, 'C:\\data', 'win32')).toBe(path);
  });

  it('is always absolute, and ends with a slash when the given one does', () => {
    const part = fc.constantFrom('a', 'b c', '.', '..', '*', '');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        const given = parts.join('/');
        if (given === '') return;
        const path = transferPath(given, '/home/me', 'linux');
        expect(path.startsWith('/')).toBe(true);
        expect(path).not.toMatch(/\/\/|\/\.(\/|$)/);
        if (given.endsWith('/')) expect(path.endsWith('/')).toBe(true);
      }),
    );
  });
});

it('a path of the settings counts from their folder, ~ is the home folder', () => {
  expect(settingsPath('./logs', '/etc/tallyman', '/home/me')).toBe('/etc/tallyman/logs');
  expect(settingsPath('~/.ssh/id', '/etc', '/home/me')).toBe('/home/me/.ssh/id');
  expect(settingsPath('~', '/etc', '/home/me')).toBe('/home/me');
  expect(settingsPath('/x', '/etc', '/home/me')).toBe('/x');
});
