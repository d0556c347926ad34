import { describe, expect, it } from 'vitest';
import type { ProxyOptions } from '../net/proxy-options.js';
import type { SftpOptions } from '../protocols/sftp/sftp-options.js';
import type { ContextFixture, TestContext } from './place-context.testing.js';
import { testContext } from './place-context.testing.js';
import { describeSettings } from './describe-settings.js';
import { DEFAULT_ORIGIN } from './origin.js';
import { resolvePlace } from './resolve-place.js';
import { SettingsError } from './settings-error.js';

/** `socks5 p:1080 user:password`, one text a proxy. */
function shown(chain: readonly ProxyOptions[]): readonly string[] {
  return chain.map((proxy) => {
    const login = proxy.user === undefined ? '' : ` ${proxy.user}:${proxy.password?.reveal() ?? ''}`;
    const resolve = proxy.kind === 'socks5' && proxy.resolve === 'us' ? ' us' : '';
    return `${proxy.kind} ${proxy.host}:${proxy.port}${login}${resolve}`;
  });
}

async function proxiesIn(context: TestContext, place: string): Promise<readonly string[]> {
  const { options } = (await resolvePlace(place, context)).place.endpoint;
  return shown((options as SftpOptions).proxies);
}

async function proxies(place: string, fixture: ContextFixture): Promise<readonly string[]> {
  const environment = { TALLY_PASSWORD: 'x', ...fixture.environment };
  return proxiesIn(await testContext({ ...fixture, environment }), place);
}

async function refusal(place: string, fixture: ContextFixture): Promise<string> {
  const error = await proxies(place, fixture).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SettingsError);
  return (error as SettingsError).message;
}

const acme = (proxy: string) => `connections:\n  acme: { url: "sftp://u@h", proxy: ${proxy} }\n`;

describe('a proxy of a connection', () => {
  it.each([
    ['none', []],
    ['"socks5://p"', ['socks5 p:1080']],
    ['["http://a", "socks4a://b:9"]', ['http a:8080', 'socks4a b:9']],
    ['{ url: "http://u@p", password: { env: PROXY_PASSWORD } }', ['http p:8080 u:s3cret']],
    ['{ url: "socks5://p", resolve: us }', ['socks5 p:1080 us']],
    [
      '["http://a", { url: "socks5://u@b", password: { env: PROXY_PASSWORD } }]',
      ['http a:8080', 'socks5 b:1080 u:s3cret'],
    ],
  ])('%s', async (written, expected) => {
    const environment = { PROXY_PASSWORD: 's3cret' };
    expect(await proxies('acme:/', { yaml: acme(written), environment })).toEqual(expected);
  });

  it.each([
    ['"http://u:s3cret@p"', 'tallyman.yaml:2:37  "proxy" must not hold a password'],
    ['["http://a", { url: "socks5://u:s3cret@b" }]', 'tallyman.yaml:2:57  "url" must not hold a password'],
    ['{ url: "http://u@p", password: s3cret }', '"password" must say where the secret is'],
    ['{ url: "http://p", password: { env: X } }', '"password" needs a user'],
    ['{ url: "http://p", resolve: us }', '"resolve" cannot be resolve=us'],
    ['{ url: "http://p", resolv: us }', 'did you mean "resolve"'],
    ['"https://p"', 'TLS to the proxy itself'],
    ['5', '"proxy" must be none, the URL of a proxy, or a list of them; found 5'],
    ['[]', '"proxy" must be none, or a list of proxies'],
    ['[none, "http://p"]', '"proxy" must be none, or a list of proxies'],
  ])('%s is refused with its place', async (written, problem) => {
    const message = await refusal('acme:/', { yaml: acme(written) });
    expect(message).toContain(problem);
    expect(message).toContain('tallyman.yaml:2:');
    expect(message).not.toContain('s3cret');
  });

  it('whose password cannot be fetched is refused with its place', async () => {
    const yaml = acme('{ url: "http://u@p", password: { env: NOT_SET } }');
    expect(await refusal('acme:/', { yaml })).toMatch(
      /tallyman\.yaml:2:\d+ {2}the variable NOT_SET is not set/,
    );
  });

  it('shows no password in the settings in force', async () => {
    const yaml = acme('{ url: "http://u@p", password: { env: PROXY_PASSWORD } }');
    const context = await testContext({ yaml, environment: { PROXY_PASSWORD: 's3cret' } });
    const rows = describeSettings(context, { value: false, origin: DEFAULT_ORIGIN });
    expect(JSON.stringify(rows)).toContain('PROXY_PASSWORD');
    expect(JSON.stringify(rows)).not.toContain('s3cret');
  });
});

describe('the proxy in force', () => {
  const everything = {
    yaml: acme('"socks5://written"'),
    flags: { proxy: ['http://flag'] },
    environment: { TALLY_PROXY: 'http://variable', all_proxy: 'http://usual' },
  };

  it('comes from the flag, then TALLY_PROXY, then the connection, then the usual variables', async () => {
    expect(await proxies('acme:/', everything)).toEqual(['http flag:8080']);
    expect(await proxies('acme:/', { ...everything, flags: {} })).toEqual(['http variable:8080']);
    const { yaml } = everything;
    const environment = { all_proxy: 'http://usual' };
    expect(await proxies('acme:/', { yaml, environment })).toEqual(['socks5 written:1080']);
    expect(await proxies('sftp://u@h/', { yaml, environment })).toEqual(['http usual:8080']);
    expect(await proxies('sftp://u@h/', {})).toEqual([]);
  });

  it('is a chain where commas stand, and none by its name', async () => {
    const flags = { proxy: 'socks5://a:1,http://u:p%2Cw@b:2' };
    expect(await proxies('acme:/', { flags, yaml: everything.yaml })).toEqual([
      'socks5 a:1',
      'http b:2 u:p,w',
    ]);
    expect(await proxies('acme:/', { ...everything, flags: { proxy: 'none' } })).toEqual([]);
    expect(
      await proxies('acme:/', { yaml: acme('none'), environment: { all_proxy: 'http://usual' } }),
    ).toEqual([]);
  });

  it.each([
    [{ flags: { proxy: 'none,http://p' } }, '--proxy  the proxy must be a URL'],
    [{ flags: { proxy: 'p:3128' } }, '--proxy  the proxy must be a URL'],
    [{ flags: { proxy: '' } }, '--proxy  must be none or the URL of a proxy'],
    [{ flags: { proxy: 'gopher://u:s3cret@p' } }, '--proxy  the proxy must be a URL'],
    [{ environment: { TALLY_PROXY: 'socks://p' } }, 'TALLY_PROXY  the proxy socks:// does not say which'],
    [
      { environment: { all_proxy: 'socks://p' } },
      'all_proxy  the proxy socks:// does not say which SOCKS: write socks4://, socks4a:// or socks5://; proxy: none',
    ],
  ])('%j is refused with its place', async (fixture, problem) => {
    const message = await refusal('sftp://u@h/', fixture);
    expect(message).toContain(problem);
    expect(message).not.toContain('s3cret');
  });

  it('warns of a password on the command line only', async () => {
    const environment = { TALLY_PASSWORD: 'x' };
    const flag = await testContext({ flags: { proxy: 'http://u:s3cret@p' }, environment });
    expect(await proxiesIn(flag, 'sftp://u@h/')).toEqual(['http p:8080 u:s3cret']);
    expect(flag.warnings.join()).toMatch(/password in --proxy/);
    expect(flag.warnings.join()).not.toContain('s3cret');
    const variable = await testContext({ environment: { ...environment, TALLY_PROXY: 'http://u:s3cret@p' } });
    expect(await proxiesIn(variable, 'sftp://u@h/')).toEqual(['http p:8080 u:s3cret']);
    expect(variable.warnings).toEqual([]);
  });
});

describe('the usual variables', () => {
  it.each([
    ['sftp://u@h/', { all_proxy: 'a', ALL_PROXY: 'b' }, 'http a:8080'],
    ['sftp://u@h/', { ALL_PROXY: 'socks5://b' }, 'socks5 b:1080'],
    ['sftp://u@h/', { http_proxy: 'x', https_proxy: 'x', ftp_proxy: 'x' }, undefined],
    ['ftp://u@h/', { FTP_PROXY: 'b:3128', all_proxy: 'a' }, 'http b:3128'],
    ['ftps://u@h/', { ftp_proxy: 'http://f', FTP_PROXY: 'b' }, 'http f:8080'],
    ['ftpes://u@h/', { ftp_proxy: '  ', FTP_PROXY: '' }, undefined],
    ['sftp://u@h/', { all_proxy: 'p', no_proxy: 'x,h' }, undefined],
    ['sftp://u@h/', { all_proxy: 'p', NO_PROXY: '*' }, undefined],
    ['sftp://u@h/', { all_proxy: 'p', no_proxy: 'h:21', NO_PROXY: '*' }, 'http p:8080'],
    ['sftp://u@127.0.0.1/', { all_proxy: 'p' }, undefined],
    ['sftp://u@localhost/', { all_proxy: 'p' }, undefined],
  ])('%s with %j', async (place, environment, expected) => {
    expect(await proxies(place, { environment })).toEqual(expected === undefined ? [] : [expected]);
  });

  it('give way to NO_PROXY; what was said to us does not', async () => {
    const environment = { no_proxy: '*', TALLY_PROXY: 'http://p' };
    expect(await proxies('sftp://u@h/', { environment })).toEqual(['http p:8080']);
    const yaml = acme('"http://p"');
    expect(await proxies('acme:/', { yaml, environment: { no_proxy: '*' } })).toEqual(['http p:8080']);
  });
});
