import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../core/secret.js';
import type { TransferError } from '../../core/transfer-error.js';
import { encodeCommand, showCommand } from './ftp-command.js';

const PLACE = 'ftp.acme.example:21';

describe('a command', () => {
  it('goes out as one line in UTF-8', () => {
    expect(encodeCommand({ verb: 'RETR', argument: '/Grüße 1.txt' }, PLACE, 'read').toString()).toBe(
      'RETR /Grüße 1.txt\r\n',
    );
    expect(encodeCommand({ verb: 'EPSV' }, PLACE, 'read').toString()).toBe('EPSV\r\n');
  });

  it('is never more than one line, whatever its argument', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (argument) => {
        try {
          const line = encodeCommand({ verb: 'DELE', argument }, PLACE, 'remove');
          expect(line.subarray(0, -2).every((byte) => byte >= 0x20 && byte !== 0x7f)).toBe(true);
        } catch (error) {
          expect((error as TransferError).code).toBe('NAME_REFUSED');
        }
      }),
    );
  });

  it.each(['\r', '\n', '\0', '\u001b', '\u007f', '\t'])(
    'with the control character %j is not sent',
    (character) => {
      const refused = () => encodeCommand({ verb: 'DELE', argument: `a${character}DELE b` }, PLACE, 'remove');
      expect(refused).toThrowError(expect.objectContaining({ code: 'NAME_REFUSED', lastCode: -1 }) as Error);
    },
  );

  it('with a line break in a secret is a mistake in the settings, and the text shows none of it', () => {
    const argument = new Secret('hunter2\r\nDELE x');
    try {
      encodeCommand({ verb: 'PASS', argument }, PLACE, 'login');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'SETTINGS_INVALID' });
      expect((error as TransferError).message).not.toContain('hunter2');
      expect(JSON.stringify(error)).not.toContain('hunter2');
    }
  });

  it('is shown without its secret and without control characters', () => {
    expect(showCommand({ verb: 'PASS', argument: new Secret('hunter2') })).toBe('PASS ***');
    expect(showCommand({ verb: 'RETR', argument: 'a\u001b[2Jb' })).toBe('RETR a\\x1b[2Jb');
  });
});
