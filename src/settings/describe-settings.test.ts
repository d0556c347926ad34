import { describe, expect, it } from 'vitest';
import { describeConnection } from './describe-connection.js';
import { describeSettings, overridingValues } from './describe-settings.js';
import { DEFAULT_ORIGIN, showOrigin } from './origin.js';
import { testContext, type ContextFixture } from './place-context.testing.js';
import { sourcedTransferValues, transferOptions, transferValues } from './transfer-settings.js';

async function rowsOf(fixture: ContextFixture): Promise<Record<string, string>> {
  const context = await testContext(fixture);
  const rows = describeSettings(context, { value: false, origin: DEFAULT_ORIGIN });
  return Object.fromEntries(
    rows.map(({ path, value, origin }) => [
      path.join('.'),
      `${JSON.stringify(value)} ${showOrigin(origin).replace(`${context.workFolder}/`, '').replace(context.homeFolder, '~')}`,
    ]),
  );
}

describe('the settings in force', () => {
  it('without any file are the defaults', async () => {
    const rows = await rowsOf({});
    expect(rows['clientLog.lineEnd']).toBe('"os" default');
    expect(rows['transfers.retries']).toBe('3 default');
    expect(rows['transfers.timeout']).toBe('"30s" default');
    expect(rows['transfers.bandwidth']).toBeUndefined();
    expect(rows['stateFolder']).toMatch(/\.local\/state\/tallyman" default$/);
  });

  it('say of each value where it came from, the highest place first', async () => {
    const rows = await rowsOf({
      yaml: 'clientLog: { folder: book }\ntransfers: { retries: 5, verify: none }\nstateFolder: st\n',
      flags: { verify: 'checksum' },
      environment: { TALLY_PARALLEL: '2', TALLY_STATE_FOLDER: '/s' },
    });
    expect(rows['clientLog.folder']).toMatch(/\/work\/book" tallyman\.yaml:1:22$/);
    expect(rows['transfers.retries']).toBe('5 tallyman.yaml:2:23');
    expect(rows['transfers.verify']).toBe('"checksum" --verify');
    expect(rows['transfers.parallel']).toBe('2 TALLY_PARALLEL');
    expect(rows['stateFolder']).toBe('"/s" TALLY_STATE_FOLDER');
  });

  it('show connections as they are written, with secrets as references', async () => {
    const rows = await rowsOf({
      yaml: 'connections:\n  acme: { url: "sftp://u@h", password: { command: [pass, show] } }\n',
    });
    expect(rows['connections.acme.url']).toBe('"sftp://u@h" tallyman.yaml:2:16');
    expect(rows['connections.acme.password']).toMatch(/^\{"command":\["pass","show"\]\} tallyman\.yaml:2:/);
  });

  it.each([
    { flags: { proxy: 'http://p,socks5://u:hunter3@q' } },
    { environment: { TALLY_PROXY: 'http://p,socks5://u:hunter3@q' } },
  ])('show of a connection the proxy that stands above it, without its password', async (given) => {
    const context = await testContext({ yaml: 'connections: { acme: { url: "sftp://u@h" } }\n', ...given });
    const proxy = describeConnection('acme', context).find(({ path }) => path.at(-1) === 'proxy');
    expect(proxy?.value).toEqual(['http://p', 'socks5://u:***@q']);
  });

  it('name what stands above every connection, never its value', async () => {
    const context = await testContext({
      flags: { user: 'bob', proxy: 'http://u:hunter3@p' },
      environment: { TALLY_PASSWORD: 'hunter2', TALLY_JSON: '1' },
    });
    expect(overridingValues(context).map(({ key, origin }) => `${key} ${showOrigin(origin)}`)).toEqual([
      'user --user',
      'proxy --proxy',
      'password TALLY_PASSWORD',
    ]);
  });
});

describe('the options of a transfer', () => {
  it('come from flag, variable, connection, transfers, default, in this order', async () => {
    const context = await testContext({
      yaml: 'transfers: { retries: 1, retryDelay: 10s, verify: none, parallel: 2, keepTime: true }\n',
      flags: { retries: '9' },
      environment: { TALLY_RETRY_DELAY: '1', TALLY_RETRIES: '8' },
    });
    const values = transferValues(context.given, context.loaded, {
      retries: 7,
      retryDelay: 7000,
      parallel: 7,
      ascii: ['txt'],
    });
    expect(transferOptions(values, true)).toEqual({
      overwrite: 'overwrite',
      verify: 'none',
      removeSource: true,
      removeSkippedSource: false,
      keepTime: true,
      asciiExtensions: ['txt'],
      retries: 9,
      retryDelayMs: 1000,
      maxRetryDelayMs: 300_000,
      parallel: 7,
      retryBackoff: 'doubling',
      before: [],
      after: [],
      resume: true,
    });
    const parallel = sourcedTransferValues(context.given, context.loaded).find(
      ({ key }) => key === 'parallel',
    );
    expect(parallel?.value).toBe(2);
  });

  it('wait at least as long as was asked for', async () => {
    const context = await testContext({ flags: { retryDelay: '10m', bandwidth: '1k' } });
    const options = transferOptions(transferValues(context.given, context.loaded), false);
    expect([options.retryDelayMs, options.maxRetryDelayMs, options.bandwidthBytesPerSecond]).toEqual([
      600_000, 600_000, 1024,
    ]);
  });
});
