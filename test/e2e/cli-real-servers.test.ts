import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { startOpenssh, type OpensshServer } from '../servers/openssh.js';
import { startProftpd } from '../servers/proftpd.js';
import { startPureFtpd } from '../servers/pure-ftpd.js';
import { startSshAgent } from '../servers/ssh-agent.js';
import { clientKeys, keyPassphrase } from '../servers/test-keys.js';
import type { TestServer } from '../servers/test-server.js';
import { startVsftpd } from '../servers/vsftpd.js';
import { tally } from './tally-process.js';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  await mkdir(join(folder, 'outbox'));
  await mkdir(join(folder, 'inbox'));
  await writeFile(join(folder, 'outbox', 'ü; a.bin'), Buffer.alloc(200_000, 5));
});

function started<Server extends TestServer>(server: Server): Server {
  onTestFinished(() => server.stop());
  return server;
}

/** Pushes the file and pulls it back; every exit code must be 0. */
async function pushAndPull(place: string, words: readonly string[], environment: Record<string, string>) {
  const push = await tally(['copy', 'outbox/*', place, ...words], { folder, environment });
  const pull = await tally(['download', `${place}*.bin`, 'inbox/', ...words], { folder, environment });
  expect([push.stderr, push.exitCode]).toEqual([expect.any(String), 0]);
  expect([pull.stderr, pull.exitCode]).toEqual([expect.any(String), 0]);
  expect(await readdir(join(folder, 'inbox'))).toEqual(['ü; a.bin']);
  expect((await readFile(join(folder, 'inbox', 'ü; a.bin'))).equals(Buffer.alloc(200_000, 5))).toBe(true);
}

async function codes(): Promise<readonly string[]> {
  const [name = ''] = await readdir(join(folder, 'logs'));
  const text = await readFile(join(folder, 'logs', name), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split('; ')
        .filter((_, index) => [1, 7, 8].includes(index))
        .join(' '),
    );
}

describe('OpenSSH', () => {
  const place = (server: OpensshServer) =>
    `sftp://${server.user}@${server.host}:${server.port}${server.remoteRoot}/`;

  it('by a locked key of a flag, its passphrase from the environment, the host key pinned', async () => {
    const server = started(await startOpenssh());
    const words = ['--identity', clientKeys.ed25519Locked, '--host-key', server.hostKeys.join(',')];
    await pushAndPull(place(server), words, { TALLY_PASSPHRASE: keyPassphrase });
    expect(await codes()).toEqual(['sftp upload 0;', 'sftp download 0;']);
  });

  it('by the agent, the host known by OpenSSH’s own file', async () => {
    const server = started(await startOpenssh());
    const agent = await startSshAgent([clientKeys.ecdsa]);
    onTestFinished(() => agent.stop());
    await mkdir(join(folder, '.ssh'));
    const known = server.publicHostKeys.map((key) => `[${server.host}]:${server.port} ${key}\n`).join('');
    await writeFile(join(folder, '.ssh', 'known_hosts'), known);
    await pushAndPull(place(server), [], { SSH_AUTH_SOCK: agent.socket });
  });

  it('by the password of a connection', async () => {
    const server = started(await startOpenssh());
    await writeFile(
      join(folder, 'tallyman.yaml'),
      `connections:
  acme:
    url: sftp://${server.user}@${server.host}:${server.port}
    password: { command: [printenv, ACME] }
    hostKeys: [${server.hostKeys.map((key) => JSON.stringify(key)).join(', ')}]
`,
    );
    await pushAndPull(`acme:${server.remoteRoot}/`, [], { ACME: server.password });
  });
});

describe('FTPS, trusted by its CA', () => {
  it.each([
    ['vsftpd', 'explicit', () => startVsftpd({ security: 'explicit' })],
    ['vsftpd', 'implicit', () => startVsftpd({ security: 'implicit' })],
    ['ProFTPD', 'explicit', () => startProftpd({ security: 'explicit' })],
    ['ProFTPD', 'implicit', () => startProftpd({ security: 'implicit' })],
    ['Pure-FTPd', 'explicit', () => startPureFtpd({ security: 'explicit' })],
  ] as const)('%s, %s', async (_name, security, start) => {
    const server = started(await start());
    await writeFile(join(folder, 'ca.pem'), server.ca ?? '');
    const scheme = security === 'explicit' ? 'ftpes' : 'ftps';
    const place = `${scheme}://${server.user}@localhost:${server.port}${server.remoteRoot}/`;
    await pushAndPull(place, ['--ca', 'ca.pem'], { TALLY_PASSWORD: server.password });
    expect(await codes()).toEqual(['ftps upload 226;', 'ftps download 226;']);
  });
});
