import { isIP, isIPv4 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipBytes } from './ip-address.js';

describe('ipBytes', () => {
  it.each([
    ['127.0.0.1', '7f000001'],
    ['::', '00000000000000000000000000000000'],
    ['::1', '00000000000000000000000000000001'],
    ['2001:db8::', '20010db8000000000000000000000000'],
    ['2001:db8::a:b', '20010db8000000000000000000' + '0a000b'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['1::3:4:5:6:7:8', '00010000000300040005000600070008'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221'],
  ])('reads %s', (text, hex) => {
    expect(ipBytes(text)?.toString('hex')).toBe(hex);
  });

  it.each([
    '',
    'acme',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    'fe80::1%eth0',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '1.2.3.4::',
    '::1.2.3.4:5',
  ])('takes %j for no address', (text) => {
    expect(ipBytes(text)).toBeUndefined();
  });

  it('agrees with the runtime on every address and on what is none', () => {
    const nearAddress = fc.stringMatching(/^[0-9a-f:.]{0,24}$/);
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), nearAddress), (text) => {
        const length = { 0: undefined, 4: 4, 6: 16 }[isIP(text)];
        expect(ipBytes(text)?.length).toBe(length);
        if (isIPv4(text)) expect(ipBytes(text)?.join('.')).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });
});
