import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fingerprint, judgeHostKey, knownKeyTypes, openHostKeyBook } from './host-keys.js';
import { parseKnownHosts } from './known-hosts.js';

const plain = readFileSync(new URL('../../../test/fixtures/known-hosts/plain.txt', import.meta.url), 'utf8');
const [ed25519, ecdsa, rsa] = parseKnownHosts(plain).entries.map((entry) => entry.key) as [
  Buffer,
  Buffer,
  Buffer,
];
/** As `ssh-keygen -lf` prints them for the fixture's keys. */
const ED25519_PRINT = 'SHA256:mgVUhXqb/oXy30jGWuB8YjqxQjvRAhUAy4U2lb8B2fk';
const ECDSA_PRINT = 'SHA256:U9nujGwAr1oHAfWlbnf6HGQZ6KxuMPqaZ+dFCSzC0u4';

function book(text: string, fingerprints: readonly string[] = []) {
  return openHostKeyBook({ fingerprints, knownHosts: [{ name: 'hosts', text }] }, 'sftp.acme.example', 22);
}

function line(key: Buffer, hosts = 'sftp.acme.example', marker = ''): string {
  const entry = parseKnownHosts(plain).entries.find((each) => each.key === key || each.key.equals(key));
  return `${marker}${hosts} ${entry?.keyType} ${key.toString('base64')}\n`;
}

describe('a host key', () => {
  it('has the fingerprint that ssh-keygen prints', () => {
    expect(fingerprint(ed25519)).toBe(ED25519_PRINT);
    expect(fingerprint(ecdsa)).toBe(ECDSA_PRINT);
  });

  it('is trusted when it is known or pinned', () => {
    expect(judgeHostKey(book(plain), ed25519)).toEqual({ kind: 'trusted' });
    expect(judgeHostKey(book('', [ECDSA_PRINT, ED25519_PRINT]), ed25519)).toEqual({ kind: 'trusted' });
    expect(judgeHostKey(book('', [` ${ED25519_PRINT}= `]), ed25519)).toEqual({ kind: 'trusted' });
  });

  it('is unknown when nothing speaks of the host', () => {
    const verdict = judgeHostKey(book(line(ed25519, 'other.example')), ed25519);
    expect(verdict).toMatchObject({ kind: 'refused', code: 'HOST_KEY_UNKNOWN' });
    expect(JSON.stringify(verdict)).toContain(`ssh-ed25519 ${ED25519_PRINT}`);
  });

  it('is unknown also when only an authority or a damaged line speaks of the host, and says so', () => {
    const text = `${line(ecdsa, '*.example', '@cert-authority ')}sftp.acme.example nonsense\n`;
    const verdict = judgeHostKey(book(text), ed25519);
    expect(verdict).toMatchObject({ kind: 'refused', code: 'HOST_KEY_UNKNOWN' });
    expect(JSON.stringify(verdict)).toContain(
      'hosts:1 trusts an authority, but host certificates are not supported yet',
    );
    expect(JSON.stringify(verdict)).toContain('hosts:2 cannot be read: too few fields');
  });

  it('has changed when other keys of the host are known, even of another type', () => {
    const verdict = judgeHostKey(book(`\n${line(ecdsa)}`), ed25519);
    expect(verdict).toMatchObject({ kind: 'refused', code: 'HOST_KEY_CHANGED' });
    const words = JSON.stringify(verdict);
    expect(words).toContain(`ssh-ed25519 ${ED25519_PRINT}`);
    expect(words).toContain(`ecdsa-sha2-nistp256 ${ECDSA_PRINT} (hosts:2)`);
  });

  it('is not trusted by known_hosts once a pin is given', () => {
    const verdict = judgeHostKey(book(plain, [ECDSA_PRINT]), ed25519);
    expect(verdict).toMatchObject({ kind: 'refused', code: 'HOST_KEY_CHANGED' });
    expect(JSON.stringify(verdict)).toContain(ECDSA_PRINT);
  });

  it('is refused when it is revoked, even when it is known and pinned too', () => {
    const text = line(ed25519) + line(ed25519, '*', '@revoked ');
    expect(judgeHostKey(book(text), ed25519)).toMatchObject({ code: 'HOST_KEY_REVOKED' });
    expect(judgeHostKey(book(text, [ED25519_PRINT]), ed25519)).toMatchObject({ code: 'HOST_KEY_REVOKED' });
    expect(JSON.stringify(judgeHostKey(book(text), ed25519))).toContain('hosts:2');
  });

  it('is not harmed by the revocation of another key or for another host', () => {
    const text = line(ed25519) + line(rsa, '*', '@revoked ') + line(ed25519, 'other.example', '@revoked ');
    expect(judgeHostKey(book(text), ed25519)).toEqual({ kind: 'trusted' });
  });

  it('of a type that is known is asked for first', () => {
    expect(knownKeyTypes(book(line(rsa) + line(ecdsa) + line(rsa)))).toEqual([
      'ssh-rsa',
      'ecdsa-sha2-nistp256',
    ]);
    expect(knownKeyTypes(book(line(rsa), [ED25519_PRINT]))).toEqual([]);
    expect(knownKeyTypes(book(line(rsa, '*', '@revoked ')))).toEqual([]);
  });
});
