import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  extendedPortArgument,
  parseExtendedPassivePort,
  parsePassivePort,
  plainAddress,
  portArgument,
} from './ftp-data-address.js';

const reply = (text: string) => ({ code: 229, lines: [text] });

describe('the port of a passive data connection', () => {
  it.each([
    ['RFC 2428', 'Entering Extended Passive Mode (|||6446|)', 6446],
    ['IBM i with its own delimiter', 'Entering Extended Passive Mode (!!!50123!)', 50123],
    ['a server that names itself too', 'Entering Extended Passive Mode (|1|10.0.0.1|6446|)', 6446],
    ['the same with IPv6', 'Extended Passive Mode OK (|2|fe80::1|65535|)', 65535],
  ])('is read from EPSV as %s gives it', (_server, text, port) => {
    expect(parseExtendedPassivePort(reply(text))).toBe(port);
  });

  it.each([
    '',
    '(|||0|)',
    '(|||21|)',
    '(|||1023|)',
    '(|||65536|)',
    '(|||-1|)',
    '(||6446|)',
    '|||6446|',
    '(|||6446!)',
    '(|||x|)',
  ])('is refused in the EPSV reply "%s"', (text) => {
    expect(parseExtendedPassivePort(reply(text))).toBeUndefined();
  });

  it.each([
    ['Entering Passive Mode (192,168,1,2,19,137).', 5001],
    ['Entering Passive Mode 192,168,1,2,19,137', 5001],
    ['=127,0,0,1,4,0', 1024],
    ['Entering Passive Mode ( 10 , 0 , 0 , 1 , 255 , 255 )', 65535],
  ])('is read from PASV as %s', (text, port) => {
    expect(parsePassivePort(reply(text))).toBe(port);
  });

  it.each([
    '',
    '(1,2,3,4,5)',
    '(127,0,0,1,0,21)',
    '(127,0,0,1,3,255)',
    '(127,0,0,1,256,1)',
    '(300,0,0,1,19,137)',
  ])('is refused in the PASV reply "%s"', (text) => {
    expect(parsePassivePort(reply(text))).toBeUndefined();
  });

  it('is never outside 1024 to 65535, whatever the reply', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(70_000), fc.nat(300), fc.nat(300), (text, port, high, low) => {
        const texts = [text, `(|||${port}|)`, `(|${text}|${text}|${port}|)`, `(1,2,3,4,${high},${low})`];
        for (const found of texts.flatMap((each) => [
          parseExtendedPassivePort(reply(each)),
          parsePassivePort(reply(each)),
        ])) {
          if (found !== undefined) expect(found >= 1024 && found <= 65_535).toBe(true);
        }
      }),
    );
  });
});

describe('our own address', () => {
  it('is said as RFC 2428 wants it', () => {
    expect(extendedPortArgument('132.235.1.2', 6275)).toBe('|1|132.235.1.2|6275|');
    expect(extendedPortArgument('1080::8:800:200C:417A', 5282)).toBe('|2|1080::8:800:200C:417A|5282|');
  });

  it('is said as PORT wants it, which knows IPv4 only', () => {
    expect(portArgument('10.0.0.1', 5001)).toBe('10,0,0,1,19,137');
    expect(portArgument('fe80::1', 5001)).toBeUndefined();
  });

  it('is plain IPv4 where the system shows it as IPv6, and goes without its zone', () => {
    expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1');
    expect(extendedPortArgument('::ffff:10.0.0.1', 5001)).toBe('|1|10.0.0.1|5001|');
    expect(plainAddress('fe80::1%eth0')).toBe('fe80::1');
  });

  it('comes back from the form of PORT', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1024, max: 65_535 }), (address, port) => {
        expect(parsePassivePort(reply(`(${portArgument(address, port)})`))).toBe(port);
      }),
    );
  });
});
