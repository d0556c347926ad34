import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  readdirSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { FtpServerOptions } from './ftp-server-options.js';
import { knownHosts, type KnownHostsForm } from './known-hosts.js';
import { startOpenssh, type OpensshOptions, type OpensshServer } from './openssh.js';
import { familyOf, isRunning } from './process-tree.js';
import { startProftpd } from './proftpd.js';
import { startPureFtpd, type PureFtpdOptions } from './pure-ftpd.js';
import { startSshAgent } from './ssh-agent.js';
import { clientKeys, keyPassphrase, strangerKey } from './test-keys.js';
import type { TestServer } from './test-server.js';
import { startVsftpd } from './vsftpd.js';

/**
 * Proves the test servers themselves, by clients that are not ours: what fails here is no fault of
 * Tallyman's. Each kind is started, used, and looked for after its end.
 */

const scratch = mkdtempSync(join(tmpdir(), 'tallyman-clients-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const upload = join(scratch, 'upload.bin');
writeFileSync(upload, Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256)));

/** Bytewise by Buffer: the general comparison of expect takes seconds for a file. */
function expectSameAsUpload(file: string): void {
  expect(readFileSync(file).equals(readFileSync(upload)), file).toBe(true);
}

/** How long a test waits for what a server is about to do. */
const patience = { timeout: 10_000, interval: 20 };

interface Answer {
  readonly code: number;
  /** What the program printed to stdout and stderr. */
  readonly text: string;
}

/** Runs a client that is not ours to its end. */
function runClient(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env }, timeout: 20_000, encoding: 'utf8' as const };
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, text: stdout + stderr });
    });
  });
}

type Security = 'none' | 'explicit' | 'implicit';

function curl(server: TestServer, path: string, ...args: string[]): Promise<Answer> {
  const trust = server.ca === undefined ? [] : ['--cacert', authorityFile(server)];
  const login = ['--user', `${server.user}:${server.password}`];
  const scheme = args.includes('--implicit') ? 'ftps' : 'ftp';
  const url = `${scheme}://${server.host}:${server.port}/${path}`;
  const given = args.filter((arg) => arg !== '--implicit');
  return runClient('curl', ['-sSv', '--max-time', '15', ...trust, ...login, ...given, url]);
}

function securityArgs(security: Security): string[] {
  return { none: [], explicit: ['--ssl-reqd'], implicit: ['--implicit'] }[security];
}

function authorityFile({ port, ca = '' }: TestServer): string {
  const file = join(scratch, `ca-${port}.pem`);
  writeFileSync(file, ca);
  return file;
}

/** Stops the server in the middle of a session. */
async function expectNothingLeft(server: TestServer): Promise<void> {
  const client = connect(server.port, server.host);
  client.on('error', () => undefined);
  await vi.waitFor(
    () => expect(familyOf(server.pid).length, 'the session has a process').toBeGreaterThan(1),
    patience,
  );
  const family = familyOf(server.pid);
  await server.stop();
  await server.stop();
  expect(family.filter(isRunning)).toEqual([]);
  expect(existsSync(dirname(server.root))).toBe(false);
  client.destroy();
  expect((await curl(server, '')).code, 'nobody listens any more').toBe(7);
}

interface FtpProduct {
  readonly name: string;
  readonly securities: readonly Security[];
  readonly start: (options: FtpServerOptions) => Promise<TestServer>;
}

const everySecurity = ['none', 'explicit', 'implicit'] as const;

const ftpProducts: readonly FtpProduct[] = [
  { name: 'ProFTPD', securities: everySecurity, start: startProftpd },
  { name: 'vsftpd', securities: everySecurity, start: startVsftpd },
  {
    name: 'Pure-FTPd',
    securities: ['none', 'explicit'],
    start: (options) => startPureFtpd(options as PureFtpdOptions),
  },
];

/**
 * Uploads by TLS 1.2: with 1.3 this curl resets the data connection when it closes it with the
 * server's session tickets unread, and vsftpd takes that for a failed transfer.
 */
async function expectWholeRound(server: TestServer, security: Security): Promise<void> {
  const args = securityArgs(security);
  writeFileSync(join(server.root, 'put by the test.txt'), 'hello');
  expect((await curl(server, '', ...args)).text).toContain('put by the test.txt');

  const sent = await curl(server, 'sent.bin', '--upload-file', upload, '--tls-max', '1.2', ...args);
  expect(sent.code, sent.text).toBe(0);
  expectSameAsUpload(join(server.root, 'sent.bin'));

  const received = join(scratch, `received-${server.port}.bin`);
  const got = await curl(server, 'sent.bin', '--output', received, ...args);
  expect(got.code, got.text).toBe(0);
  expectSameAsUpload(received);
}

describe.concurrent.each(ftpProducts)('$name', ({ start, securities }) => {
  it.each(securities)('lists, stores and sends with security %s', async (security) => {
    await using server = await start({ security });
    await expectWholeRound(server, security);
    await expectNothingLeft(server);
  });

  it.each(['1.2', '1.3'] as const)('speaks TLS %s alone when told so', async (version) => {
    await using server = await start({ security: 'explicit', tlsVersions: [version] });
    const right = await curl(server, '', '--ssl-reqd');
    expect(right.code, right.text + server.log()).toBe(0);
    expect(right.text).toMatch(new RegExp(`SSL connection using TLSv${version}`));
    const other = version === '1.2' ? ['--tlsv1.3'] : ['--tls-max', '1.2'];
    expect((await curl(server, '', '--ssl-reqd', ...other)).code).toBe(35);
  });

  it.each([
    ['self-signed', /self.signed certificate/],
    ['expired', /certificate has expired/],
    ['wrong-name', /does not match/],
  ] as const)('shows a certificate that is %s', async (certificate, complaint) => {
    await using server = await start({ security: 'explicit', certificate });
    const answer = await curl(server, '', '--ssl-reqd');
    expect(answer.code).toBe(60);
    expect(answer.text).toMatch(complaint);
  });

  it('insists on TLS for login, and for data as far as it is told', async () => {
    await using strict = await start({ security: 'explicit' });
    expect((await curl(strict, '')).text).toMatch(/< (421|530|550)/);
    expect((await curl(strict, '', '--ftp-ssl-control', '--max-time', '2')).code).not.toBe(0);
    await using relaxed = await start({ security: 'explicit', tlsRequired: 'control' });
    const clearData = await curl(relaxed, '', '--ftp-ssl-control');
    expect(clearData.code, clearData.text).toBe(0);
    await using open = await start({ security: 'explicit', tlsRequired: 'neither' });
    expect((await curl(open, '')).code).toBe(0);
  });

  it('refuses a wrong password with 530', async () => {
    await using server = await start({});
    const answer = await curl(server, '', '--user', `${server.user}:wrong`);
    expect(answer.text).toContain('< 530');
  });

  it('obeys the permissions of the served folder, and leaves its files to the test', async () => {
    await using server = await start({});
    const locked = join(server.root, 'locked');
    mkdirSync(locked);
    chmodSync(locked, 0o555);
    expect((await curl(server, 'locked/x', '--upload-file', upload)).code).toBe(25);
    chmodSync(locked, 0o755);
    expect((await curl(server, 'locked/x', '--upload-file', upload)).code).toBe(0);
    writeFileSync(join(locked, 'x'), 'changed by the test');
    expect((await curl(server, 'locked/x', '--upload-file', upload)).code).toBe(0);
  });

  it('runs out of disk', async () => {
    await using server = await start({ diskBytes: 65_536 });
    const answer = await curl(server, 'big.bin', '--upload-file', upload);
    expect(answer.code, answer.text).not.toBe(0);
    const stored = statSync(join(server.root, 'big.bin'), { throwIfNoEntry: false });
    expect(stored?.size ?? 0).toBeLessThanOrEqual(65_536);
  });

  it('keeps to the range of passive ports', async () => {
    await using server = await start({ passivePorts: { from: 41_900, to: 41_909 } });
    const answer = await curl(server, '');
    expect(answer.text).toMatch(/\|\|\|4190\d\|/);
  });

  it('turns away the client that is one too many', async () => {
    await using server = await start({ maxClients: 1 });
    const slow = curl(server, 'slow.bin', '--upload-file', upload, '--limit-rate', '300k');
    await vi.waitFor(() => expect(existsSync(join(server.root, 'slow.bin'))).toBe(true), patience);
    expect((await curl(server, '')).text).toMatch(/< (421|530)/);
    expect((await slow).code).toBe(0);
  });

  it('runs twice at the same time', async () => {
    const servers = await Promise.all([start({}), start({}), start({})]);
    expect(new Set(servers.map((server) => server.port)).size).toBe(3);
    for (const server of servers) expect((await curl(server, '')).code).toBe(0);
    await Promise.all(servers.map((server) => server.stop()));
  });
});

describe.concurrent('ProFTPD', () => {
  it('refuses the commands that it is told to refuse', async () => {
    await using server = await startProftpd({ denyCommands: ['RNFR', 'RNTO', 'DELE'] });
    writeFileSync(join(server.root, 'a.txt'), 'a');
    expect((await curl(server, '', '--quote', 'RNFR a.txt')).text).toContain('< 550');
    expect((await curl(server, '', '--quote', 'DELE a.txt')).text).toContain('< 550');
  });

  it('writes nothing when it is read-only', async () => {
    await using server = await startProftpd({ readOnly: true });
    expect((await curl(server, 'x', '--upload-file', upload)).code).not.toBe(0);
    expect((await curl(server, '')).code).toBe(0);
  });

  it('hides files after they were stored', async () => {
    await using server = await startProftpd({ hideFiles: '\\.xml$' });
    expect((await curl(server, 'order.xml', '--upload-file', upload)).code).toBe(0);
    expect((await curl(server, '')).text).not.toContain('order.xml');
    expect((await curl(server, '', '--quote', 'SIZE order.xml')).text).toContain('< 550');
  });

  it('ends an idle session', async () => {
    await using server = await startProftpd({ idleSeconds: 1 });
    const answer = await runClient('bash', ['-c', `exec 3<>/dev/tcp/${server.host}/${server.port}; cat <&3`]);
    expect(answer.text).toMatch(/^421 /m);
  });
});

describe.concurrent('vsftpd', () => {
  it('refuses a data connection without a resumed session, unless told not to', async () => {
    const fresh = ['--ssl-reqd', '--no-sessionid'];
    await using strict = await startVsftpd({ security: 'explicit' });
    expect((await curl(strict, '', ...fresh)).text).toContain(
      '522 SSL connection failed: session reuse required',
    );
    await using relaxed = await startVsftpd({ security: 'explicit', requireSessionReuse: false });
    expect((await curl(relaxed, '', ...fresh)).code).toBe(0);
  });

  it('refuses the commands that it is told to refuse', async () => {
    await using server = await startVsftpd({ denyCommands: ['RNFR', 'EPSV'] });
    expect((await curl(server, '', '--quote', 'RNFR a.txt')).text).toContain('< 550');
  });

  it('writes nothing when it is read-only', async () => {
    await using server = await startVsftpd({ readOnly: true });
    expect((await curl(server, 'x', '--upload-file', upload)).code).not.toBe(0);
  });
});

describe.concurrent('Pure-FTPd', () => {
  it('has a quota', async () => {
    await using server = await startPureFtpd({ quotaMegabytes: 1 });
    const answers = [];
    for (const name of ['1', '2', '3', '4', '5'])
      answers.push(await curl(server, name, '--upload-file', upload));
    expect(answers[2]?.code).toBe(0);
    // Whether curl still reads the 552 depends on how much of the file it has sent by then.
    expect(answers[4]?.code).not.toBe(0);
    const sizes = readdirSync(server.root).map((name) => statSync(join(server.root, name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(1024 * 1024);
  });

  it('renames nothing when told so', async () => {
    await using server = await startPureFtpd({ extraArgs: ['--norename'] });
    writeFileSync(join(server.root, 'a.txt'), 'a');
    const answer = await curl(server, '', '--quote', 'RNFR a.txt', '--quote', 'RNTO b.txt');
    expect(answer.code).not.toBe(0);
  });
});

/** ssh takes a password only from a terminal or from a program that it calls for it. */
const askpass = join(scratch, 'askpass');
writeFileSync(askpass, '#!/bin/sh\necho "$TALLY_ANSWER"\n', { mode: 0o700 });

interface SftpCall {
  readonly batch: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly key?: string;
  /** What is answered to every question: the account's password, or a key's passphrase. */
  readonly answer?: string;
  readonly env?: Readonly<Record<string, string>>;
}

function sftp(server: OpensshServer, call: SftpCall): Promise<Answer> {
  const batchFile = join(scratch, `batch-${server.port}`);
  writeFileSync(batchFile, call.batch);
  const hostsFile = join(scratch, `hosts-${server.port}`);
  writeFileSync(hostsFile, knownHosts(server));
  const settings = {
    UserKnownHostsFile: hostsFile,
    StrictHostKeyChecking: 'yes',
    IdentitiesOnly: call.key === undefined ? 'no' : 'yes',
    PreferredAuthentications: call.key === undefined ? 'password' : 'publickey',
    NumberOfPasswordPrompts: '1',
    BatchMode: 'no',
    ...call.options,
  };
  const args = [
    ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...(call.key === undefined ? [] : ['-i', call.key]),
    ...['-F', 'none', '-vv', '-b', batchFile, '-P', String(server.port), `${server.user}@${server.host}`],
  ];
  const answers = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force', TALLY_ANSWER: call.answer ?? '' };
  return runClient('sftp', args, { HOME: scratch, ...answers, ...call.env });
}

async function expectLogin(server: OpensshServer, call: Omit<SftpCall, 'batch'>): Promise<void> {
  const answer = await sftp(server, { ...call, batch: 'pwd\n' });
  expect(answer.code, answer.text).toBe(0);
  expect(answer.text).toContain(`Remote working directory: ${server.remoteRoot}`);
}

describe.concurrent('OpenSSH', () => {
  const kinds: Record<string, OpensshOptions> = {
    'of its own half': {},
    'by the separate program': { separateProgram: true },
    'in a jail': { chroot: true },
  };

  it.each(Object.entries(kinds))('lists, stores and sends %s', async (_, options) => {
    await using server = await startOpenssh(options);
    const received = join(scratch, `sftp-${server.port}.bin`);
    const batch = `put ${upload} sent.bin\nls -l\nget sent.bin ${received}\n`;
    const answer = await sftp(server, { batch, key: clientKeys.ed25519 });
    expect(answer.code, answer.text + server.log()).toBe(0);
    expect(answer.text).toMatch(/300000 .* sent\.bin/);
    expectSameAsUpload(join(server.root, 'sent.bin'));
    expectSameAsUpload(received);
    await expectNothingLeft(server);
  });

  it('lets in by password, and not by a wrong one', async () => {
    await using server = await startOpenssh();
    await expectLogin(server, { answer: server.password });
    expect((await sftp(server, { batch: 'pwd\n', answer: 'wrong' })).text).toContain('Permission denied');
  });

  it('lets in by keyboard-interactive', async () => {
    await using server = await startOpenssh({ logins: ['keyboard-interactive'] });
    const options = { PreferredAuthentications: 'keyboard-interactive' };
    await expectLogin(server, { answer: server.password, options });
    expect((await sftp(server, { batch: 'pwd\n', answer: server.password })).text).toContain(
      'Permission denied',
    );
  });

  it.each(Object.entries(clientKeys))('lets in by the key %s', async (_, key) => {
    await using server = await startOpenssh({ logins: ['publickey'] });
    await expectLogin(server, { key, answer: keyPassphrase });
  });

  it('does not let in a stranger', async () => {
    await using server = await startOpenssh();
    const answer = await sftp(server, { batch: 'pwd\n', key: strangerKey });
    expect(answer.text).toContain('Permission denied');
  });

  it('lets in by an agent that holds a locked key', async () => {
    await using server = await startOpenssh();
    await using agent = await startSshAgent([clientKeys.ed25519Locked]);
    const options = { PreferredAuthentications: 'publickey' };
    await expectLogin(server, { env: { SSH_AUTH_SOCK: agent.socket }, options });
  });

  it.each<[KnownHostsForm, number]>([
    ['plain', 0],
    ['hashed', 0],
    ['revoked', 255],
  ])('stands in known_hosts in the form %s', async (form, code) => {
    await using server = await startOpenssh();
    const file = join(scratch, `known-${form}`);
    writeFileSync(file, knownHosts(server, form));
    expect(readFileSync(file, 'utf8').includes(server.host)).toBe(form !== 'hashed');
    const options = { UserKnownHostsFile: file };
    const answer = await sftp(server, { batch: 'pwd\n', key: clientKeys.ed25519, options });
    expect(answer.code, answer.text).toBe(code);
  });

  it('shows the host keys whose fingerprints it tells', async () => {
    await using server = await startOpenssh({ hostKeys: ['other-ed25519'] });
    const answer = await sftp(server, { batch: 'pwd\n', key: clientKeys.ed25519 });
    expect(server.hostKeys).toHaveLength(1);
    expect(answer.text).toContain(`Server host key: ssh-ed25519 ${server.hostKeys[0]}`);
  });

  it.each([false, true])('leaves out extensions (separate program: %s)', async (separateProgram) => {
    await using full = await startOpenssh({ separateProgram });
    const call = { batch: 'pwd\n', key: clientKeys.ed25519 };
    expect((await sftp(full, call)).text).toContain('posix-rename@openssh.com');
    await using bare = await startOpenssh({ separateProgram, withoutRequests: ['posix-rename', 'limits'] });
    const { text } = await sftp(bare, call);
    expect(text).not.toContain('posix-rename@openssh.com');
    expect(text).not.toContain('limits@openssh.com');
    expect(text).toContain('fsync@openssh.com');
  });

  it('writes nothing when it is read-only', async () => {
    await using server = await startOpenssh({ readOnly: true });
    const answer = await sftp(server, { batch: `put ${upload} x\n`, key: clientKeys.ed25519 });
    expect(answer.text).toContain('Permission denied');
  });

  it('obeys the permissions of the served folder', async () => {
    await using server = await startOpenssh();
    chmodSync(server.root, 0o555);
    const answer = await sftp(server, { batch: `put ${upload} x\n`, key: clientKeys.ed25519 });
    expect(answer.text).toContain('Permission denied');
  });

  it.each([false, true])('runs out of disk (jail: %s)', async (chroot) => {
    await using server = await startOpenssh({ diskBytes: 65_536, chroot });
    const answer = await sftp(server, { batch: `put ${upload} x\n`, key: clientKeys.ed25519 });
    expect(answer.code).toBe(1);
    expect(answer.text).toMatch(/write remote .*: Failure/);
  });

  it('turns away sessions and connections that are too many', async () => {
    const call = { batch: 'pwd\n', key: clientKeys.ed25519 };
    await using noSession = await startOpenssh({ maxSessions: 0 });
    expect((await sftp(noSession, call)).text).toContain('open failed');
    await using one = await startOpenssh({ maxStartups: 1 });
    const idle = runClient('bash', ['-c', `exec 3<>/dev/tcp/${one.host}/${one.port}; read <&3; sleep 3`]);
    await vi.waitFor(() => expect(one.log()).toContain('Connection from'), patience);
    expect((await sftp(one, call)).text).toContain('Exceeded MaxStartups');
    await idle;
  });
});
