import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from '../../core/printable.js';
import { Secret } from '../../core/secret.js';
import { SecretMask } from './secret-mask.js';

function masked(text: string, ...secrets: string[]): string {
  const mask = new SecretMask();
  for (const secret of secrets) mask.conceal(new Secret(secret));
  return mask.mask(text, 100_000);
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Every way in which a client or a server may write a secret. Written apart from the mask. */
const ENCODINGS: Readonly<Record<string, (secret: string) => string>> = {
  plainly: (secret) => secret,
  'in a URL': (secret) => encodeURIComponent(secret),
  'in a form': (secret) => new URLSearchParams({ p: secret }).toString().slice(2),
  'in a URL in a URL': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'in lower-case percent signs': (secret) =>
    [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  'in JSON': (secret) => JSON.stringify(secret).slice(1, -1),
  'printable already': (secret) => printable(secret, 10_000),
  'with quotes doubled': (secret) => secret.replaceAll('"', '""'),
  'in XML': (secret) =>
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  'as UTF-8 read as Latin-1': (secret) => Buffer.from(secret).toString('latin1'),
};

describe('a secret does not survive', () => {
  // Blanks, signs and letters of all kinds; what printable() itself writes is another matter (below).
  const secrets = fc
    .string({ minLength: 3, maxLength: 40, unit: 'binary' })
    .filter((secret) => !/[*\\]/.test(secret));
  const around = fc.string({ maxLength: 30, unit: 'binary' });

  it.each(Object.entries(ENCODINGS))('written %s, whatever stands around it', (_, encode) => {
    fc.assert(
      fc.property(secrets, around, around, (secret, before, after) => {
        const shown = masked(`${before}${encode(secret)}${after}`, secret);
        expect(shown).toContain('***');
        for (const write of Object.values(ENCODINGS)) expect(shown.includes(write(secret))).toBe(false);
      }),
    );
  });

  it('in base64, alone or between other text, in either alphabet', () => {
    fc.assert(
      fc.property(secrets, around, around, (secret, before, after) => {
        const bytes = Buffer.from(before + secret + after);
        for (const form of ['base64', 'base64url'] as const) {
          const run = bytes.toString(form);
          expect(masked(`AUTH PLAIN x${run} y`, secret)).toBe('AUTH PLAIN *** y');
          expect(masked(`?token=${encodeURIComponent(run)}&x=1`, secret)).toBe('?token=***&x=1');
        }
      }),
    );
  });

  it('however many there are, and where they overlap', () => {
    fc.assert(
      fc.property(fc.array(secrets, { minLength: 1, maxLength: 5 }), around, (several, between) => {
        const shown = masked(several.join(between), ...several);
        for (const secret of several) expect(shown.includes(secret)).toBe(false);
      }),
    );
    expect(masked('xabcdey', 'abc', 'cde')).toBe('x***y');
  });

  it('at the edge where a long line is cut', () => {
    fc.assert(
      fc.property(secrets, fc.integer({ min: 0, max: 60 }), (secret, maxLength) => {
        const mask = new SecretMask();
        mask.conceal(new Secret(secret));
        const text = `${'-'.repeat(20)}${secret}${'-'.repeat(20)}`;
        for (const [piece, isCut] of [
          [text, false],
          [text.slice(0, 20 + Math.ceil(secret.length / 2)), true],
        ] as const) {
          const shown = mask.mask(piece, maxLength, isCut).replaceAll('***', '').replaceAll(' ...', '');
          expect(shown).toMatch(/^-*$/);
        }
      }),
    );
  });

  it('when the way of making text printable spells it', () => {
    expect(masked('a\nb', '\\x0a')).toBe('a***b');
    expect(masked('C:\\pass\\word', 'pass\\word')).toBe('C:***');
  });
});

describe('a secret of one or two characters', () => {
  it.each([
    ['PASS x', 'PASS ***'],
    ['?password=x&more=box', '?password=***&more=box'],
    [`Authorization: Basic ${base64('joe:x')}`, 'Authorization: Basic ***'],
    [`AUTH PLAIN ${base64('\0joe\0x')}`, 'AUTH PLAIN ***'],
  ])('%s: hidden where it stands alone, and words stay words', (text, shown) => {
    expect(masked(text, 'x')).toBe(shown);
  });
});

describe('what proves who one is', () => {
  it.each([
    ['PASS never registered', 'PASS ***'],
    ['pass x', 'pass ***'],
    ['ACCT 4711', 'ACCT ***'],
    ['authorization: Bearer abc.def', 'authorization: Bearer ***'],
    ['Proxy-Authorization: Basic am9lOng=', 'Proxy-Authorization: Basic ***'],
  ])('%s is hidden although nobody registered it', (text, shown) => {
    expect(masked(text)).toBe(shown);
  });
});

it('what holds no secret stays as it is, on one line', () => {
  expect(masked('RETR /in/a b.xml', 'secret')).toBe('RETR /in/a b.xml');
  expect(masked('first\r\nsecond', 'secret')).toBe('first\\x0d\\x0asecond');
  expect(masked('', '')).toBe('');
  const mask = new SecretMask();
  expect(mask.mask('abcdef', 3)).toBe('abc ...');
});
