import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../core/secret.js';
import { parseChallenges } from './http-challenges.js';
import { basicAnswer, digestAnswer, digestChallenge } from './http-digest.js';

/** RFC 7616, section 3.9.1, and its errata-free numbers. */
const RFC_REQUEST = {
  method: 'GET',
  uri: '/dir/index.html',
  user: 'Mufasa',
  password: new Secret('Circle of Life'),
  nonceCount: 1,
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
};
const RFC_CHALLENGE =
  'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", ' +
  'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';

function answer(lines: readonly string[], request: Partial<typeof RFC_REQUEST> = {}) {
  const challenge = digestChallenge(parseChallenges(lines));
  return challenge && digestAnswer(challenge, { ...RFC_REQUEST, ...request });
}

describe('Digest', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('answers as the RFC does with %s', (algorithm, response) => {
    const value = answer([`Digest ${RFC_CHALLENGE}, algorithm=${algorithm}`]);
    expect(value).toContain(`response="${response}"`);
    expect(value).toContain('nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"');
    expect(value).toContain(`algorithm=${algorithm}, qop=auth,`);
    expect(value).not.toContain('Circle');
  });

  it('answers RFC 2069, which knows no qop, as RFC 2617 does', () => {
    const value = answer(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'], {
      password: new Secret('Circle Of Life'),
    });
    expect(value).toContain('response="670fd8c2df070c60b045671b8b24ff02"');
    expect(value).not.toMatch(/qop|nc=|algorithm/);
  });

  // HA1 of MD5-sess goes over the hash of the login, nonce and cnonce; reckoned with a shell's md5sum.
  it('binds the login to the session with MD5-sess', () => {
    const value = answer(['Digest realm="r", nonce="n", qop=auth, algorithm=MD5-sess'], {
      user: 'u',
      password: new Secret('p'),
      cnonce: 'c',
    });
    expect(value).toContain('response="0abe11747db4fe75b9d027c31a167c62"');
  });

  it('takes the first challenge that it knows', () => {
    const lines = [
      'Negotiate, Digest realm="a", nonce="1", algorithm=WHIRLPOOL, Digest realm="b", nonce="2", qop="auth-int"',
      'Digest realm="c", nonce="3", qop="auth", algorithm=SHA-512-256, stale=TRUE',
      'Digest realm="d", nonce="4"',
    ];
    expect(digestChallenge(parseChallenges(lines))).toMatchObject({ realm: 'c', isStale: true });
  });

  it('quotes names, and sends them as UTF-8', () => {
    const value = answer(['Digest realm="a \\"b\\" \\\\c", nonce="n"'], { user: 'Jürg "x"' });
    expect(value).toContain('realm="a \\"b\\" \\\\c"');
    expect(Buffer.from(value ?? '', 'latin1').toString()).toContain('username="Jürg \\"x\\""');
  });
});

describe('Basic', () => {
  it('answers as RFC 7617 does', () => {
    expect(basicAnswer('Aladdin', new Secret('open sesame'))).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
    expect(basicAnswer('test', new Secret('123£'))).toBe('Basic dGVzdDoxMjPCow==');
  });
});

describe('challenges', () => {
  it('are told from parameters', () => {
    const challenges = parseChallenges([
      'Negotiate, NTLM TlRMTVNTUAAC==, Basic realm="a, b=\\"c\\"", charset = UTF-8 ,, Digest nonce=x,NONCE="y"',
    ]);
    expect(challenges.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])).toEqual([
      ['negotiate', {}],
      ['ntlm', {}],
      ['basic', { realm: 'a, b="c"', charset: 'UTF-8' }],
      ['digest', { nonce: 'x' }],
    ]);
  });

  it('end where a line cannot be read', () => {
    expect(parseChallenges(['Basic realm="never closed', 'Digest nonce=n'])).toMatchObject([
      { scheme: 'basic' },
      { scheme: 'realm' },
      { scheme: 'digest' },
    ]);
  });

  it('come back from any text, in finite time', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (lines) => {
        for (const { scheme } of parseChallenges(lines)) expect(scheme).toMatch(/^[^\s,="]+$/);
      }),
    );
  });

  it('come back as they were written', () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/);
    const challenge = fc.tuple(token, fc.dictionary(token, fc.string(), { minKeys: 1, maxKeys: 4 }));
    fc.assert(
      fc.property(fc.array(challenge), (challenges) => {
        const line = challenges
          .map(([scheme, fields]) => {
            const list = Object.entries(fields).map(
              ([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`,
            );
            return `${scheme} ${list.join(', ')}`;
          })
          .join(', ');
        const read = parseChallenges([line]);
        expect(read.map(({ scheme, parameters }) => [scheme, { ...Object.fromEntries(parameters) }])).toEqual(
          challenges.map(([scheme, fields]) => [scheme, { ...fields }]),
        );
      }),
    );
  });
});
