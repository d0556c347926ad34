import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProxyUrl, shownProxyUrls } from './proxy-url.js';

function read(text: string): object {
  const proxy = readProxyUrl(text);
  return 'problem' in proxy ? proxy : { ...proxy, password: proxy.password?.reveal() };
}

describe('the URL of a proxy', () => {
  it.each([
    ['socks4://p', { kind: 'socks4', host: 'p', port: 1080, resolve: 'us' }],
    ['socks4a://p', { kind: 'socks4a', host: 'p', port: 1080, resolve: 'proxy' }],
    ['socks5://p', { kind: 'socks5', host: 'p', port: 1080, resolve: 'proxy' }],
    ['socks5h://p/', { kind: 'socks5', host: 'p', port: 1080, resolve: 'proxy' }],
    ['socks5://p?resolve=us', { kind: 'socks5', host: 'p', port: 1080, resolve: 'us' }],
    ['SOCKS5://p/?resolve=proxy', { kind: 'socks5', host: 'p', port: 1080, resolve: 'proxy' }],
    ['http://p', { kind: 'http', host: 'p', port: 8080, resolve: undefined }],
    ['http://p:3128/', { kind: 'http', host: 'p', port: 3128 }],
    ['socks5://[2001:db8::1]:99', { kind: 'socks5', host: '2001:db8::1', port: 99 }],
    ['http://u@p', { user: 'u', password: undefined }],
    ['http://u:@p', { user: 'u', password: '' }],
    ['http://DOM%5Cu:p%40ss:w%2C@p:1', { user: 'DOM\\u', password: 'p@ss:w,', host: 'p', port: 1 }],
  ])('%s', (url, expected) => {
    expect(read(url)).toMatchObject(expected);
  });

  it.each([
    ['', 'must be a URL'],
    ['p:1080', 'must be a URL'],
    ['gopher://p', 'must be a URL'],
    ['http://', 'must be a URL'],
    ['http://p:3128/path', 'must be a URL'],
    ['http://p#x', 'must be a URL'],
    ['http://a b', 'must be a URL'],
    ['http://p:99999', 'port 99999'],
    ['http://p:0', 'port 0'],
    ['socks://p', 'write socks4://, socks4a:// or socks5://'],
    ['https://p', 'TLS to the proxy itself'],
    ['ftp://p', 'ftpProxy'],
    ['http://p?resolve=us', 'always resolves names itself'],
    ['socks4a://p?resolve=us', 'always resolves names itself'],
    ['socks4://p?resolve=proxy', 'we always resolve names'],
    ['socks5h://p?resolve=us', 'always resolves names itself'],
    ['socks5://p?x=y', 'may end with ?resolve=us'],
    ['http://s3cret:%zz@p', 'not followed by two hex digits'],
    ['http://u:s3cret%0a@p', 'line break'],
  ])('%s is refused: %s', (url, problem) => {
    expect(read(url)).toEqual({ problem: expect.stringContaining(problem) as string });
    expect(JSON.stringify(readProxyUrl(url))).not.toContain('s3cret');
  });

  it('keeps user and password whatever they are, and shows the password to nobody', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 12 }), (secret) => {
        fc.pre(!/[\0\r\n]/.test(secret));
        const url = `socks5://${encodeURIComponent(secret)}:${encodeURIComponent(secret)}@p`;
        expect(read(url)).toMatchObject({ user: secret, password: secret, host: 'p' });
        expect(JSON.stringify({ ...readProxyUrl(url), user: '' })).not.toContain(secret);
      }),
    );
  });

  it('answers any text', () => {
    fc.assert(fc.property(fc.string(), (text) => void readProxyUrl(`http://${text}`)));
  });
});

describe('URLs of proxies, shown', () => {
  it.each([
    ['none', 'none'],
    ['socks5://u@p:1', 'socks5://u@p:1'],
    ['socks5://[2001:db8::1]:99', 'socks5://[2001:db8::1]:99'],
    ['socks5://u:w@[::1]:99', 'socks5://u:***@[::1]:99'],
    ['http://u:a/b@c@p:1,socks5://v:x@q', 'http://u:***@p:1,socks5://v:***@q'],
    ['u:w@p:1', 'u:***@p:1'],
  ])('%s is %s', (text, shown) => {
    expect(shownProxyUrls(text)).toBe(shown);
  });

  it('never hold a password, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string(), (password) => {
        const url = `socks5://u:${encodeURIComponent(`-${password}-`)}@p`;
        expect(shownProxyUrls(url)).toBe('socks5://u:***@p');
      }),
    );
  });
});
