import ssh2, { type ConnectConfig } from 'ssh2';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { TransferError } from '../../core/transfer-error.js';
import { algorithmOffer, type AlgorithmWishes } from './ssh-algorithms.js';

const NO_WISHES: AlgorithmWishes = { legacy: [], knownKeyTypes: [], shownKeyTypes: [] };
const EVERY_LEGACY = [
  'diffie-hellman-group-exchange-sha1',
  'diffie-hellman-group14-sha1',
  'diffie-hellman-group1-sha1',
  'ssh-rsa',
  'ssh-dss',
  'aes256-cbc',
  'aes192-cbc',
  'aes128-cbc',
  '3des-cbc',
  'hmac-sha1-96',
  'hmac-md5',
  'hmac-md5-96',
];

/** ssh2 throws for a name that it does not know. */
function giveToSsh2(wishes: AlgorithmWishes): void {
  const sock = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const client = new ssh2.Client();
  client.on('error', () => undefined);
  client.connect({
    sock,
    username: 'u',
    readyTimeout: 0,
    algorithms: algorithmOffer(wishes),
  } as unknown as ConnectConfig);
  sock.destroy();
}

describe('the algorithms that we offer', () => {
  it('are all known to ssh2', () => {
    expect(() => giveToSsh2(NO_WISHES)).not.toThrow();
    expect(() => giveToSsh2({ ...NO_WISHES, legacy: EVERY_LEGACY })).not.toThrow();
  });

  it('begin with AES-GCM and hold nothing broken', () => {
    const offer = algorithmOffer(NO_WISHES);
    expect(offer.cipher[0]).toBe('aes128-gcm@openssh.com');
    expect(
      Object.values(offer)
        .flat()
        .filter((name) => EVERY_LEGACY.includes(name) || name.includes('cbc')),
    ).toEqual([]);
  });

  it('end with the old ones that were asked for', () => {
    const offer = algorithmOffer({
      ...NO_WISHES,
      legacy: ['ssh-rsa', 'aes128-cbc', 'hmac-md5', 'diffie-hellman-group1-sha1'],
    });
    expect(Object.values(offer).map((names) => names.at(-1))).toEqual([
      'diffie-hellman-group1-sha1',
      'ssh-rsa',
      'aes128-cbc',
      'hmac-md5',
    ]);
  });

  it('refuse an unknown old one by name, before anything is dialled', () => {
    const offer = () => algorithmOffer({ ...NO_WISHES, legacy: ['rot13'] });
    expect(offer).toThrow(TransferError);
    expect(offer).toThrow(/"rot13"/);
  });

  it('ask first for host keys of known types, and no more for types that were shown', () => {
    const known = algorithmOffer({ ...NO_WISHES, knownKeyTypes: ['ssh-rsa'] }).serverHostKey;
    expect(known.slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
    const left = algorithmOffer({ ...NO_WISHES, shownKeyTypes: ['ssh-ed25519', 'ssh-rsa'] }).serverHostKey;
    expect(left).toEqual(['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521']);
  });

  it('are, by kind, what the connection chose, in its order, and the usual ones of the other kinds', () => {
    const usual = algorithmOffer(NO_WISHES);
    const offer = algorithmOffer({
      ...NO_WISHES,
      chosen: { cipher: ['aes256-ctr', 'aes256-gcm@openssh.com'], mac: ['hmac-sha2-512'] },
      legacy: ['aes128-cbc'],
    });
    expect(offer).toEqual({
      ...usual,
      cipher: ['aes256-ctr', 'aes256-gcm@openssh.com', 'aes128-cbc'],
      hmac: ['hmac-sha2-512'],
    });
  });

  it('never hold an old one that is not named as such', () => {
    const offer = () => algorithmOffer({ ...NO_WISHES, chosen: { cipher: ['3des-cbc'] } });
    expect(offer).toThrow(/^algorithms\.cipher: "3des-cbc" is not one of aes128-gcm@openssh\.com, /);
  });
});
