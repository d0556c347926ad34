import { generateKeyPairSync } from 'node:crypto';
import ssh2 from 'ssh2';
import { expect, it } from 'vitest';
import { isEncryptedKey } from './private-key-text.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const locked = { cipher: 'aes-256-cbc', passphrase: 'x' } as const;
const openssh = (passphrase?: string) =>
  ssh2.utils.generateKeyPairSync(
    'ed25519',
    passphrase === undefined ? {} : { passphrase, cipher: 'aes256-ctr', rounds: 4 },
  ).private;

it.each([
  ['PKCS#1', rsa.export({ type: 'pkcs1', format: 'pem', ...locked })],
  ['PKCS#8', rsa.export({ type: 'pkcs8', format: 'pem', ...locked })],
  ['OpenSSH', openssh('x')],
  ['PPK', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: aes256-cbc\n'],
])('an encrypted key of the form %s needs a passphrase', (_form, text) => {
  expect(isEncryptedKey(text.toString())).toBe(true);
});

it.each([
  ['PKCS#1', rsa.export({ type: 'pkcs1', format: 'pem' })],
  ['PKCS#8', rsa.export({ type: 'pkcs8', format: 'pem' })],
  ['OpenSSH', openssh()],
  ['PPK', 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n'],
  ['nonsense', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----'],
])('an open key of the form %s needs none', (_form, text) => {
  expect(isEncryptedKey(text.toString())).toBe(false);
});
