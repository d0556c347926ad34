import { describe, expect, it } from 'vitest';
import type { HttpOptions } from '../protocols/http/http-options.js';
import { testContext, type ContextFixture } from './place-context.testing.js';
import { resolvePlace } from './resolve-place.js';

async function resolved(text: string, fixture: ContextFixture = {}) {
  return (await resolvePlace(text, await testContext(fixture))).place;
}

async function options(text: string, fixture: ContextFixture = {}): Promise<HttpOptions> {
  return (await resolved(text, fixture)).endpoint.options as HttpOptions;
}

const acme = (more: string) => `connections:\n  acme:\n    url: https://acme.example\n${more}\n`;

describe('a web address', () => {
  it.each([
    ['http://h/a.csv', 'http', 80, 'none', false],
    ['https://h/a.csv', 'https', 443, 'tls', false],
    ['dav://h:8080/a.csv', 'http', 8080, 'none', true],
    ['davs://h/a.csv', 'https', 443, 'tls', true],
  ])('%s is %s on port %i', async (url, protocol, port, security, webdav) => {
    const { endpoint } = await resolved(url);
    expect(endpoint.columns).toEqual({ protocol, host: 'h', port, user: '' });
    expect(endpoint.options).toMatchObject({ security, webdav, login: { kind: 'none' }, maxRedirects: 5 });
  });

  it('keeps its query apart from the path, so that the name of the file and the log have none of it', async () => {
    const place = await resolved('https://h/out/a%3Fb.csv?sig=abc%2F&x=é y');
    expect(place.path).toBe('/out/a?b.csv');
    expect(place.endpoint.options).toMatchObject({ query: 'sig=abc%2F&x=%C3%A9%20y' });
    expect(place.text).toBe('https://h/out/a?b.csv?***');
  });

  it('has no query over WebDAV, where a question mark belongs to the name', async () => {
    const place = await resolved('davs://h/a?b.csv');
    expect(place.path).toBe('/a?b.csv');
    expect((place.endpoint.options as HttpOptions).query).toBeUndefined();
  });

  it('with a fragment is refused', async () => {
    await expect(resolved('https://h/a#b')).rejects.toThrow(/%23/);
  });
});

describe('the login', () => {
  it('is that of the user, whose password comes from the usual places', async () => {
    const { login } = await options('https://u@h/a', { environment: { TALLY_PASSWORD: 'p4ss' } });
    expect(login).toMatchObject({ kind: 'auto', user: 'u' });
    expect(login.kind === 'auto' && login.password.reveal()).toBe('p4ss');
  });

  it('without a password anywhere is a mistake that is named', async () => {
    await expect(options('https://u@h/a')).rejects.toThrow(/no password/);
  });

  it('is a token where there is one', async () => {
    const { login } = await options('acme:/a', {
      yaml: acme('    token: { env: TOKEN }'),
      environment: { TOKEN: 't0ken' },
    });
    expect(login.kind === 'bearer' && login.token.reveal()).toBe('t0ken');
  });

  it.each([
    ['    auth: bearer', /no token/],
    ['    auth: digest', /no user/],
    ['    auth: basic\n    token: { env: TOKEN }', /bearer/],
    ['    headers: { "X Y": a }', /no name of a header/],
    ['    headers: { Content-Length: "7" }', /set by Tallyman/],
    ['    headers: { Authorization: "Basic eA==" }', /by token/],
    ['    headers: { X-A: "a\\r\\nX-B: b" }', /no header may hold/],
    ['    headers: { X-A: { env: TOKEN } }', /no header may hold/],
    ['    url: davs://acme.example\n    upload: post', /WebDAV has PUT/],
    ['    url: https://acme.example?x=1', /path belongs into the location/],
  ])('%j is refused with words', async (more, words) => {
    const yaml = more.includes('url:') ? `connections:\n  acme:\n${more}\n` : acme(more);
    await expect(options('acme:/a', { yaml, environment: { TOKEN: 'a\nb' } })).rejects.toThrow(words);
  });
});

it('the rest of a connection is taken as it is', async () => {
  const more = [
    '    upload: post',
    '    uploadField: document',
    '    maxRedirects: 0',
    '    headers: { X-Api-Key: { env: KEY }, X-Plain: hello }',
  ];
  const found = await options('acme:/in/', { yaml: acme(more.join('\n')), environment: { KEY: 'k3y' } });
  expect(found.upload).toEqual({ method: 'post', field: 'document' });
  expect(found.maxRedirects).toBe(0);
  expect(found.headers.map(({ name, value }) => [name, value.reveal()])).toEqual([
    ['X-Api-Key', 'k3y'],
    ['X-Plain', 'hello'],
  ]);
});
