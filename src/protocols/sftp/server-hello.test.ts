import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offerGap, parseServerHello, ServerHelloReader } from './server-hello.js';
import type { AlgorithmOffer } from './ssh-algorithms.js';

/** SSH_MSG_KEXINIT as RFC 4253, section 7.1 lays it out, in a packet of section 6. */
function kexInit(lists: readonly (readonly string[])[]): Buffer {
  const fields = lists.map((names) => {
    const text = Buffer.from(names.join(','), 'latin1');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, text]);
  });
  const payload = Buffer.concat([Buffer.from([20]), Buffer.alloc(16, 7), ...fields, Buffer.alloc(5)]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(1 + payload.length + 4, 0);
  head[4] = 4;
  return Buffer.concat([head, payload, Buffer.alloc(4)]);
}

const LISTS = [
  ['kex-a', 'kex-b'],
  ['ssh-ed25519'],
  ['c2s-cipher'],
  ['s2c-cipher'],
  ['c2s-mac'],
  ['s2c-mac'],
  ['none'],
  ['none'],
  [],
  [],
];
const OFFER = {
  kex: ['kex-a', 'kex-b'],
  serverHostKey: ['ssh-ed25519'],
  cipher: ['c2s-cipher'],
  hmac: ['c2s-mac'],
};

describe('the start of what a server sends', () => {
  it('gives the version, the greeting before it, and the offer', () => {
    const bytes = Buffer.concat([
      Buffer.from('Welcome\r\nto us\r\nSSH-2.0-Test_1 comment\r\n'),
      kexInit(LISTS),
    ]);
    expect(parseServerHello(bytes)).toEqual({
      version: 'SSH-2.0-Test_1 comment',
      greeting: 'Welcome\r\nto us',
      offer: OFFER,
    });
  });

  it('gives what was said when it is no SSH', () => {
    expect(parseServerHello(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'))).toEqual({
      version: undefined,
      greeting: 'HTTP/1.1 400 Bad Request',
      offer: undefined,
    });
  });

  it('is the same in whatever pieces it comes', () => {
    const bytes = Buffer.concat([Buffer.from('SSH-2.0-Test_1\n'), kexInit(LISTS), Buffer.from('more')]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
        const reader = new ServerHelloReader();
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          reader.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(reader.read()).toEqual({ version: 'SSH-2.0-Test_1', greeting: '', offer: OFFER });
      }),
    );
  });

  it('is not collected beyond 64 KiB', () => {
    const reader = new ServerHelloReader();
    let wanted = true;
    for (let kib = 0; kib < 64; kib += 1) wanted = reader.push(Buffer.alloc(1024, 'x'));
    expect(wanted).toBe(false);
    expect(reader.push(Buffer.alloc(1024))).toBe(false);
    expect(reader.read().greeting.length).toBeLessThan(2000);
  });

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), fc.nat(400), (noise, asSsh, cut) => {
        const start = asSsh
          ? Buffer.concat([Buffer.from('SSH-2.0-x\n'), kexInit(LISTS).subarray(0, cut)])
          : Buffer.alloc(0);
        expect(parseServerHello(Buffer.concat([start, noise]))).toBeDefined();
      }),
    );
  });
});

describe('two offers', () => {
  const ours: AlgorithmOffer = {
    kex: ['k1', 'k2'],
    serverHostKey: ['h1'],
    cipher: ['aes128-gcm@openssh.com', 'aes128-ctr'],
    hmac: ['m1'],
  };

  it('that share something of each kind have no gap', () => {
    expect(offerGap(ours, { ...ours, kex: ['k9', 'k2'] })).toBeUndefined();
  });

  it.each([
    ['key exchange', { kex: ['k9'] }],
    ['host key', { serverHostKey: ['h9'] }],
    ['cipher', { cipher: ['3des-cbc'] }],
    ['MAC', { cipher: ['aes128-ctr'], hmac: ['m9'] }],
  ])('have the gap named: %s', (what, theirs) => {
    expect(offerGap(ours, { ...ours, ...theirs })?.what).toBe(what);
  });

  it('need no MAC with a cipher that has its own', () => {
    expect(offerGap(ours, { ...ours, hmac: ['m9'] })).toBeUndefined();
  });
});
