import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { knownHostName, matchesHost, parseKnownHosts, type HostPattern } from './known-hosts.js';

const fixture = (name: string) =>
  readFileSync(new URL(`../../../test/fixtures/known-hosts/${name}.txt`, import.meta.url), 'utf8');

const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDcjLeZDDG0z83Vsp5rnL/3aZb7Q7N1xpyW7ppVVq5j3';

function entriesFor(text: string, host: string, port: number): number[] {
  const name = knownHostName(host, port);
  return parseKnownHosts(text)
    .entries.filter((entry) => matchesHost(entry.hosts, name))
    .map((entry) => entry.line);
}

function patterns(text: string): HostPattern {
  return { kind: 'patterns', patterns: text.split(',') };
}

function hashed(hostName: string, salt: Buffer): string {
  const hash = createHmac('sha1', salt).update(hostName).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

describe.each(['plain', 'hashed'])('a known_hosts file of OpenSSH, %s', (form) => {
  it('speaks of each host under its own port only', () => {
    const text = fixture(form);
    expect(parseKnownHosts(text).problems).toEqual([]);
    expect(entriesFor(text, 'sftp.acme.example', 22)).toEqual([2]);
    expect(entriesFor(text, 'SFTP.Acme.Example', 22)).toEqual([2]);
    expect(entriesFor(text, 'sftp.acme.example', 2222)).toEqual([3]);
    expect(entriesFor(text, '192.0.2.7', 22)).toEqual([4]);
    expect(entriesFor(text, '2001:db8::7', 2222)).toEqual([5]);
    expect(entriesFor(text, '192.0.2.7', 2222)).toEqual([]);
    expect(entriesFor(text, 'other.example', 22)).toEqual([]);
  });
});

describe('host patterns', () => {
  it.each([
    ['a.example', 'a.example', true],
    ['*.example', 'a.example', true],
    ['*.example', 'a.b.example', true],
    ['*.example', 'example', false],
    ['192.0.2.?', '192.0.2.7', true],
    ['192.0.2.?', '192.0.2.77', false],
    ['*,!bad.example', 'bad.example', false],
    ['!bad.example,*', 'bad.example', false],
    ['*,!bad.example', 'good.example', true],
    ['!bad.example', 'good.example', false],
    ['[*.example]:2222', '[a.example]:2222', true],
    ['[*.example]:2222', 'a.example', false],
    ['*.EXAMPLE', 'a.example', true],
    ['a*b*c', 'a1b2b3c', true],
    ['a*b*c', 'a1b2b3', false],
    ['*', '', true],
    ['', '', true],
    ['?', '', false],
  ])('%s on %s: %s', (pattern, name, matches) => {
    expect(matchesHost(patterns(pattern), name)).toBe(matches);
  });

  it('agree with a regular expression of the same meaning', () => {
    const letters = fc.stringMatching(/^[ab.]{0,8}$/);
    const pattern = fc.stringMatching(/^[ab.*?]{0,6}$/);
    fc.assert(
      fc.property(pattern, letters, (wanted, name) => {
        const meaning = wanted.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(matchesHost(patterns(wanted), name)).toBe(new RegExp(`^${meaning}$`).test(name));
      }),
    );
  });

  it('with many stars answer quickly on a long name', () => {
    expect(matchesHost(patterns('*a'.repeat(500) + 'c'), 'a'.repeat(5000))).toBe(false);
  });

  it('that are hashed match exactly the name that was hashed', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 30 }),
        fc.domain(),
        fc.domain(),
        (salt, name, other) => {
          const line = `${hashed(name, Buffer.from(salt))} ${ED25519}\n`;
          expect(entriesFor(line, name, 22)).toEqual([1]);
          expect(entriesFor(line, other, 22)).toEqual(other === name ? [1] : []);
        },
      ),
    );
  });
});

describe('lines of known_hosts', () => {
  it('tell revoked keys and authorities by their marker', () => {
    const text = `@revoked * ${ED25519} stolen\n@cert-authority *.example ${ED25519}\na ${ED25519} comment here\n`;
    expect(parseKnownHosts(text).entries.map((entry) => entry.marker)).toEqual([
      'revoked',
      'cert-authority',
      'none',
    ]);
  });

  it('may end with CR LF, be indented, parted by tabs, empty or comments', () => {
    const text = `# comment\r\n\r\n  \t\r\n\ta.example\t${ED25519.replace(' ', '\t')}\r\n`;
    expect(parseKnownHosts(text)).toMatchObject({ entries: [{ line: 4 }], problems: [] });
  });

  it.each([
    ['a.example', 'too few fields'],
    ['a.example ssh-ed25519', 'too few fields'],
    ['a.example 1024 35 1234567890', 'a key of SSH version 1'],
    ['a.example ssh-ed25519 !!!', 'the key is not a valid ssh-ed25519 key'],
    [`a.example ssh-rsa ${ED25519.split(' ')[1]}`, 'the key is not a valid ssh-rsa key'],
    ['a.example ssh-ed25519 AAAA', 'the key is not a valid ssh-ed25519 key'],
    [`@trusted a.example ${ED25519}`, 'unknown marker @trusted'],
    [`|2|AAAA|AAAA ${ED25519}`, 'a host hash of an unknown form'],
    [`|1|AAAA|AAAA ${ED25519}`, 'a damaged host hash'],
    [`|1|AAAA ${ED25519}`, 'a damaged host hash'],
  ])('that are damaged trust nothing and are named: %s', (line, reason) => {
    expect(parseKnownHosts(`\n${line}\n`)).toEqual({ entries: [], problems: [{ line: 2, reason }] });
  });

  it('never make the reader throw, whatever they hold', () => {
    const token = fc.constantFrom(
      '@revoked',
      '|1|',
      '|',
      '*',
      '!',
      ',',
      ' ',
      '\t',
      '\n',
      '\r',
      ED25519,
      'AAAA',
      '=',
      '#',
    );
    const text = fc.array(fc.oneof(token, fc.string()), { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, fc.string(), (hostile, name) => {
        const { entries } = parseKnownHosts(hostile);
        for (const entry of entries) expect(typeof matchesHost(entry.hosts, name)).toBe('boolean');
      }),
    );
  });
});
