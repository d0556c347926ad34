import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import type { FtpOptions } from '../protocols/ftp/ftp-options.js';
import type { SftpOptions } from '../protocols/sftp/sftp-options.js';
import { testContext, type ContextFixture, type TestContext } from './place-context.testing.js';
import { resolvePlace } from './resolve-place.js';
import { SettingsError } from './settings-error.js';

const PIN = `SHA256:${'a'.repeat(43)}`;

async function sftp(text: string, context: TestContext): Promise<SftpOptions> {
  return (await resolvePlace(text, context)).place.endpoint.options as SftpOptions;
}

async function ftp(text: string, context: TestContext): Promise<FtpOptions> {
  return (await resolvePlace(text, context)).place.endpoint.options as FtpOptions;
}

async function refusal(text: string, fixture: ContextFixture): Promise<string> {
  const context = await testContext(fixture);
  const error = await resolvePlace(text, context).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SettingsError);
  return (error as SettingsError).message;
}

describe('a local place', () => {
  it('is absolute and named as the client log names it', async () => {
    const context = await testContext();
    const { place } = await resolvePlace('out/*.xml', context);
    expect(place.path).toBe(`${context.workFolder}/out/*.xml`);
    expect(place.text).toBe('out/*.xml');
    const { userName } = context.platform.host;
    expect(place.endpoint.columns).toEqual({ protocol: 'local', host: 'localhost', port: 0, user: userName });
  });
});

describe('a URL', () => {
  it.each([
    ['sftp://u@h/in', 'sftp', 22, undefined],
    ['ftp://u@h/in', 'ftp', 21, 'none'],
    ['ftpes://u@h/in', 'ftps', 21, 'explicit'],
    ['ftps://u@h/in', 'ftps', 990, 'implicit'],
    ['ftps://u@h:2121/in', 'ftps', 2121, 'implicit'],
  ])('%s is %s on port %i', async (url, protocol, port, security) => {
    const context = await testContext({ environment: { TALLY_PASSWORD: 'x' } });
    const { place } = await resolvePlace(url, context);
    expect(place.endpoint.columns).toEqual({ protocol, port, host: 'h', user: 'u' });
    expect(place.path).toBe('/in');
    const { options } = place.endpoint;
    if (options.kind === 'ftp') expect(options.security).toBe(security);
    expect(place.endpoint.label).toBe(url.replace('/in', ''));
  });

  it('without user is anonymous over FTP and refused over SFTP', async () => {
    const options = await ftp('ftp://h/', await testContext());
    expect([options.user, options.password]).toEqual(['anonymous', undefined]);
    expect(await refusal('sftp://h/', {})).toContain('no user for h');
  });

  it('takes nothing from a connection to the same host', async () => {
    const context = await testContext({
      yaml: 'connections:\n  acme: { url: "sftp://u@h", timeout: 5s, sequential: true, password: { env: P } }',
      environment: { TALLY_PASSWORD: 'x', P: 'y' },
    });
    const options = await sftp('sftp://u@h/', context);
    expect([options.timeoutMs, options.sequential, options.password?.reveal()]).toEqual([30_000, false, 'x']);
  });

  it('never shows its password', async () => {
    const context = await testContext();
    const { place } = await resolvePlace('ftp://u:hunter2@h/x', context);
    expect(JSON.stringify(place)).not.toContain('hunter2');
    expect((place.endpoint.options as FtpOptions).password?.reveal()).toBe('hunter2');
    expect(context.warnings).toEqual([expect.stringContaining('list of processes')]);
  });
});

describe('a connection', () => {
  const yaml = [
    'transfers: { timeout: 20s, retries: 7 }',
    'connections:',
    '  acme:',
    '    url: sftp://orders@sftp.acme.example',
    '    password: { env: ACME_PASSWORD }',
    `    hostKeys: ["${PIN}"]`,
    '    maxConnections: 2',
    '    retries: 1',
    '  bee:',
    '    { protocol: ftp, host: b, security: implicit, user: u, password: { file: pw }, active: true, activePorts: 50000-50001, finalName: direct }',
  ].join('\n');

  it('is what the settings say, with the time limits of its own before those of all', async () => {
    const context = await testContext({ yaml, environment: { ACME_PASSWORD: 'pw' } });
    const { place, transfer } = await resolvePlace('acme:/in/', context);
    const options = place.endpoint.options as SftpOptions;
    expect(options.trust.fingerprints).toEqual([PIN]);
    expect(options.password?.reveal()).toBe('pw');
    expect(options.timeoutMs).toBe(20_000);
    expect([transfer.retries, place.endpoint.maxConnections, place.endpoint.label]).toEqual([1, 2, 'acme']);
    expect(place.endpoint.columns).toEqual({
      protocol: 'sftp',
      host: 'sftp.acme.example',
      port: 22,
      user: 'orders',
    });
  });

  it('yields to flags and variables', async () => {
    const context = await testContext({
      yaml,
      flags: { timeout: '3', user: 'bob' },
      environment: { ACME_PASSWORD: 'pw', TALLY_RETRIES: '9', TALLY_PASSWORD: 'other' },
    });
    const { place, transfer } = await resolvePlace('acme:/in/', context);
    const options = place.endpoint.options as SftpOptions;
    expect([options.timeoutMs, options.user, options.password?.reveal(), transfer.retries]).toEqual([
      3_000,
      'bob',
      'other',
      9,
    ]);
  });

  it('reads its secret file from beside the settings, without the line end', async () => {
    const context = await testContext({ yaml });
    await writeFile(join(context.workFolder, 'pw'), 'secret\r\n', { mode: 0o600 });
    const options = await ftp('bee:/', context);
    expect(options.password?.reveal()).toBe('secret');
    expect([options.port, options.security, options.dataMode, options.activePorts]).toEqual([
      990,
      'implicit',
      'active',
      { min: 50_000, max: 50_001 },
    ]);
    expect(context.warnings).toEqual([]);
  });

  it('warns when others can read the secret', async () => {
    const context = await testContext({ yaml });
    await writeFile(join(context.workFolder, 'pw'), 'secret');
    await chmod(join(context.workFolder, 'pw'), 0o644);
    await ftp('bee:/', context);
    expect(context.warnings).toEqual([expect.stringContaining('mode 644')]);
  });

  it('that is not there is named with its likeness and the list', async () => {
    const message = await refusal('acne:/x', { yaml });
    expect(message).toContain('no connection "acne" (did you mean "acme"?)');
    expect(message).toContain('has acme, bee');
    expect(await refusal('acme:/x', {})).toContain('no settings file was found');
    expect(await refusal('constructor:/x', { yaml })).toContain('no connection "constructor"');
  });

  it('whose secret is missing says where it was to come from', async () => {
    expect(await refusal('acme:/', { yaml })).toMatch(
      /tallyman\.yaml:5:15 {2}the variable ACME_PASSWORD is not set/,
    );
    expect(await refusal('bee:/', { yaml })).toContain('cannot read the secret from');
  });
});

describe('a secret printed by a program', () => {
  const yaml = 'connections:\n  acme: { url: "ftp://u@h", password: { command: [pass, show, acme] } }';
  const runner = (exitCode: number) => ({
    run: () => Promise.resolve({ exitCode, stdout: Buffer.from('hunter2\n') }),
  });

  it('is fetched when the connection is used', async () => {
    const options = await ftp('acme:/', await testContext({ yaml, commands: runner(0) }));
    expect(options.password?.reveal()).toBe('hunter2');
  });

  it('fails by name, without what was printed', async () => {
    const message = await refusal('acme:/', { yaml, commands: runner(3) });
    expect(message).toContain('the program pass, which prints the secret, ended with exit code 3');
    expect(message).not.toContain('hunter2');
    expect(await refusal('acme:/', { yaml })).toContain('failed (ENOENT)');
  });
});

describe('the login', () => {
  it('prefers a password file of the command line to all else', async () => {
    const context = await testContext({
      flags: { passwordFile: 'pw' },
      environment: { TALLY_PASSWORD: 'no' },
    });
    await writeFile(join(context.workFolder, 'pw'), 'yes\n', { mode: 0o600 });
    expect((await ftp('ftp://u:no@h/', context)).password?.reveal()).toBe('yes');
  });

  it('asks when nothing is given, and says what to give when nobody can be asked', async () => {
    const context = await testContext({ typed: 'typed' });
    expect((await ftp('ftp://u@h/', context)).password?.reveal()).toBe('typed');
    expect(context.questions).toEqual(['Password for u@h: ']);
    expect(await refusal('sftp://u@h/', {})).toContain(
      '--password-file FILE, TALLY_PASSWORD, --identity FILE',
    );
  });

  it('uses the agent only when neither key nor password is given', async () => {
    const environment = { SSH_AUTH_SOCK: '/run/agent' };
    expect((await sftp('sftp://u@h/', await testContext({ environment }))).agent).toBe('/run/agent');
    const withPassword = await testContext({ environment: { ...environment, TALLY_PASSWORD: 'x' } });
    expect((await sftp('sftp://u@h/', withPassword)).agent).toBeUndefined();
  });

  it('asks for the passphrase of a locked key only', async () => {
    const { generateKeyPairSync } = ssh2.utils;
    const locked = generateKeyPairSync('ed25519', {
      passphrase: 'p',
      cipher: 'aes256-ctr',
      rounds: 4,
    }).private;
    const context = await testContext({ flags: { identities: ['open', 'locked'] }, typed: 'p' });
    await writeFile(join(context.workFolder, 'open'), generateKeyPairSync('ed25519').private, {
      mode: 0o600,
    });
    await writeFile(join(context.workFolder, 'locked'), locked, { mode: 0o600 });
    const { identities, password } = await sftp('sftp://u@h/', context);
    expect(identities.map(({ passphrase }) => passphrase?.reveal())).toEqual([undefined, 'p']);
    expect(password).toBeUndefined();
    expect(context.questions).toEqual([expect.stringContaining('Passphrase of the key')]);
  });
});

describe('whom to trust', () => {
  it('is OpenSSH’s own file unless another is named', async () => {
    const context = await testContext({ environment: { TALLY_PASSWORD: 'x' } });
    await mkdir(join(context.homeFolder, '.ssh'));
    await writeFile(join(context.homeFolder, '.ssh', 'known_hosts'), 'h ssh-ed25519 AAAA');
    const { trust } = await sftp('sftp://u@h/', context);
    expect(trust.knownHosts[0]?.text).toBe('h ssh-ed25519 AAAA');
  });

  it('must be readable when it is named', async () => {
    const message = await refusal('sftp://u@h/', {
      flags: { knownHosts: ['none'] },
      environment: { TALLY_PASSWORD: 'x' },
    });
    expect(message).toMatch(/^--known-hosts {2}cannot read the known_hosts file .*none \(ENOENT\)$/);
  });

  it('is the CA or the pin of a flag', async () => {
    const context = await testContext({ flags: { ca: ['ca.pem'], pins: [PIN] } });
    await writeFile(join(context.workFolder, 'ca.pem'), 'PEM');
    const { tls } = await ftp('ftps://h/', context);
    expect(tls).toEqual({ ca: ['PEM'], pins: [PIN] });
  });
});

describe('flags that the protocol has no use for', () => {
  it('are refused all at once', async () => {
    const message = await refusal('ftp://h/', { flags: { hostKeys: [PIN], ca: ['x'] } });
    expect(message).toContain('--host-key  is not for ftp://h, which speaks FTP without TLS');
    expect(message).toContain('--ca  is not for ftp://h');
    expect(await refusal('sftp://u@h/', { flags: { active: true } })).toContain('--active');
  });

  it('are passed over when they are variables', async () => {
    const options = await ftp('ftp://h/', await testContext({ environment: { TALLY_HOST_KEY: PIN } }));
    expect(options.kind).toBe('ftp');
  });
});
