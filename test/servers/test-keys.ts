import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testKeysFolder } from './unpacked.js';

/**
 * Which certificate an FTPS server shows. All but `self-signed` come from our own authority;
 * all but `wrong-name` are for localhost, 127.0.0.1 and ::1.
 */
export type CertificateName = 'valid' | 'self-signed' | 'expired' | 'wrong-name';

/** The passphrase of every client key whose name ends in `-locked`. */
export const keyPassphrase = 'open sesame';

/** The client keys that the OpenSSH server accepts, by form. `client-stranger` is the one it refuses. */
export const clientKeys = {
  ed25519: testKeyFile('client-ed25519'),
  ed25519Locked: testKeyFile('client-ed25519-locked'),
  rsa: testKeyFile('client-rsa'),
  /** The old PEM form, encrypted: `BEGIN RSA PRIVATE KEY` with a `DEK-Info` line. */
  rsaPemLocked: testKeyFile('client-rsa-pem-locked'),
  ecdsa: testKeyFile('client-ecdsa'),
} as const;

/** A well-formed key that no server knows. */
export const strangerKey = testKeyFile('client-stranger');

/** The PEM text of the authority that signed the servers' certificates. */
export function authorityCertificate(): string {
  return readTestKey('ca.crt');
}

/** The absolute path of a file below .cache/test-keys/. */
export function testKeyFile(name: string): string {
  return join(testKeysFolder, name);
}

export function readTestKey(name: string): string {
  const file = testKeyFile(name);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  throw new Error(`${file} is missing. It is made by: node scripts/setup.mjs --with-servers`);
}
