import { describe, expect, it } from 'vitest';
import type { FtpOptions } from '../protocols/ftp/ftp-options.js';
import { testContext } from './place-context.testing.js';
import { resolvePlace } from './resolve-place.js';

async function optionsOf(keys: string, url = 'ftp://u@h'): Promise<FtpOptions> {
  const context = await testContext({
    yaml: `connections:\n  acme:\n    url: ${url}\n${keys
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n')}\n`,
    environment: { TALLY_PASSWORD: 'x', GATE: 'g4te' },
  });
  return (await resolvePlace('acme:/in/', context)).place.endpoint.options as FtpOptions;
}

const problem = (keys: string, url?: string) =>
  optionsOf(keys, url).then(
    () => 'accepted',
    (error: unknown) => (error as Error).message,
  );

describe('the keys of an FTP connection', () => {
  it('reach the session', async () => {
    const options = await optionsOf(
      [
        'listHidden: true',
        'emptyListingOk: true',
        'stepwiseFolders: true',
        'timeCommand: MDTM',
        'encoding: windows-1252',
        'bindAddress: 127.0.0.2',
        'activePorts: 50000-50100',
      ].join('\n'),
    );
    expect(options).toMatchObject({
      listHidden: true,
      emptyListingOk: true,
      stepwiseFolders: true,
      timeCommand: 'MDTM',
      encoding: 'windows-1252',
      bindAddress: '127.0.0.2',
      activePorts: { min: 50_000, max: 50_100 },
    });
  });

  it('name an FTP proxy with its own login', async () => {
    const { ftpProxy } = await optionsOf(
      'ftpProxy: { host: gate, user: me, password: { env: GATE }, style: site }',
    );
    expect(ftpProxy).toMatchObject({ host: 'gate', port: 21, user: 'me', login: { style: 'site' } });
    expect(ftpProxy?.password?.reveal()).toBe('g4te');
  });

  it.each([
    ['ftpProxy: { host: gate }', { style: 'user@host', separator: '@' }],
    ['ftpProxy: { host: gate, separator: "#" }', { style: 'user@host', separator: '#' }],
    ['ftpProxy: { host: gate, style: open }', { style: 'open' }],
    [
      'ftpProxy: { host: gate, style: custom, commands: ["USER %user%@%host%", "PASS %pass%"] }',
      { style: 'custom', commands: ['USER %user%@%host%', 'PASS %pass%'] },
    ],
  ])('%s is the login %j', async (keys, login) => {
    expect((await optionsOf(keys)).ftpProxy?.login).toEqual(login);
  });

  it.each([
    ['ftpProxy: { host: gate, style: custom }', 'must be given with style: custom'],
    ['ftpProxy: { host: gate, commands: ["USER x"] }', 'is for style: custom'],
    ['ftpProxy: { host: gate, style: site, separator: "#" }', 'is for style: user@host'],
    ['ftpProxy: { host: gate, password: { env: GATE } }', 'needs a user'],
    ['ftpProxy: { host: gate, style: custom, commands: ["USER %usr%"] }', '%usr% is no placeholder'],
    ['ftpProxy: { host: gate, style: custom, commands: ["%user%"] }', 'must be a command'],
    ['ftpProxy: { host: gate, password: geheim }', 'must say where the secret is'],
    ['encoding: utf-16', 'a code page such as windows-1252'],
    ['encoding: klingon', 'a code page such as windows-1252'],
    ['active: true\nproxy: socks5://p', 'goes through no proxy'],
  ])('%s is refused', async (keys, words) => {
    expect(await problem(keys)).toContain(words);
  });

  it('of an FTP proxy do not go together with TLS', async () => {
    expect(await problem('ftpProxy: { host: gate }', 'ftpes://u@h')).toContain('for plain FTP');
  });
});
