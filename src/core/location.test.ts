import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLocation, showLocation } from './location.js';
import { TransferError } from './transfer-error.js';

function codeOf(text: string): string {
  try {
    parseLocation(text);
    return 'accepted';
  } catch (error) {
    return (error as TransferError).code;
  }
}

describe('parseLocation', () => {
  it.each([
    ['./a.txt', { kind: 'local', path: './a.txt' }],
    ['/srv/a b;c.txt', { kind: 'local', path: '/srv/a b;c.txt' }],
    ['C:\\out\\a.txt', { kind: 'local', path: 'C:\\out\\a.txt' }],
    ['c:a.txt', { kind: 'local', path: 'c:a.txt' }],
    ['\\\\share\\out', { kind: 'local', path: '\\\\share\\out' }],
    ['./acme:x', { kind: 'local', path: './acme:x' }],
    ['/in/acme:x', { kind: 'local', path: '/in/acme:x' }],
    ['file:///srv/a%20b', { kind: 'local', path: '/srv/a b' }],
    ['acme:/in/a.txt', { kind: 'connection', connection: 'acme', path: '/in/a.txt' }],
    ['acme:', { kind: 'connection', connection: 'acme', path: '' }],
    ['acme-2:out/*.csv', { kind: 'connection', connection: 'acme-2', path: 'out/*.csv' }],
  ])('reads %s', (text, expected) => {
    expect(parseLocation(text)).toEqual(expected);
  });

  it('reads the parts of a URL', () => {
    expect(parseLocation('sftp://or%40ders:p%3Aw@[2001:db8::1]:2222/in/a%20b.xml')).toEqual({
      kind: 'url',
      scheme: 'sftp',
      user: 'or@ders',
      password: 'p:w',
      host: '2001:db8::1',
      port: 2222,
      path: '/in/a b.xml',
    });
    expect(parseLocation('FTPES://ftp.acme.example')).toMatchObject({
      scheme: 'ftpes',
      port: undefined,
      path: '',
    });
  });

  it.each([
    ['', 'LOCATION_INVALID'],
    ['gopher://x/y', 'LOCATION_INVALID'],
    ['sftp://host:99999/x', 'LOCATION_INVALID'],
    ['sftp://host:0/x', 'LOCATION_INVALID'],
    ['sftp:///x', 'LOCATION_INVALID'],
    ['sftp://us%0Aer@host/x', 'LOCATION_INVALID'],
    ['sftp://user:pa%0Dss@host/x', 'LOCATION_INVALID'],
    ['sftp://ho;st/x', 'LOCATION_INVALID'],
    ['sftp://host/100%', 'LOCATION_INVALID'],
    ['sftp://host/a%0D%0ADELE%20b', 'NAME_REFUSED'],
    ['acme:/in/a\nb', 'NAME_REFUSED'],
    ['/srv/a\0b', 'LOCATION_INVALID'],
  ])('refuses %j', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('never shows a password, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 6 }),
        fc.constantFrom('/x', '', '/%zz', ':0/x'),
        (password, rest) => {
          const marked = `PW${password}`;
          const text = `sftp://user:${encodeURIComponent(marked)}@host${rest}`;
          let shown: string;
          try {
            shown = showLocation(parseLocation(text));
          } catch (error) {
            shown = (error as TransferError).message;
          }
          expect(shown).not.toContain('PW');
        },
      ),
    );
  });

  it('never throws anything but a TransferError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((tail) => `sftp://${tail}`),
        ),
        (text) => {
          try {
            parseLocation(text);
          } catch (error) {
            expect(error).toBeInstanceOf(TransferError);
          }
        },
      ),
    );
  });
});
