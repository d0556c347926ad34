import { readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startFtpPartner } from '../../src/simulator/ftp-partner.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { startOpenssh, type OpensshServer } from '../servers/openssh.js';
import { tally } from './tally-process.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder, 'tallyman.yaml');
});

async function openssh(...keys: Parameters<typeof startOpenssh>[0][]): Promise<OpensshServer> {
  const server = await startOpenssh(keys[0]);
  onTestFinished(() => server.stop());
  return server;
}

async function settings(server: OpensshServer, ...lines: readonly string[]): Promise<string> {
  const text = `# our partners

connections:
  acme:                # the big one
    url: 'sftp://${server.user}@${server.host}:${server.port}'
    password: { env:   ACME }
${lines.map((line) => `    ${line}\n`).join('')}
  # the other one
  globex: { url: ftp://globex.example, maxConnections: 2 }
`;
  await writeFile(file, text);
  return text;
}

const run = (words: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  tally(['connections', ...words], { folder, environment });

describe('tally connections test', () => {
  it('tells each step, what is in force, and exits with 0; no client log is made', async () => {
    const server = await openssh();
    await settings(server, `hostKeys: ["${server.hostKeys.join('", "')}"]`);
    const ended = await run(['test', 'acme', '--write'], { ACME: server.password });
    expect([ended.stderr, ended.exitCode]).toEqual(['', 0]);
    expect(ended.stdout).toMatch(/^ {2}ok {6}settings .*\n/);
    expect(ended.stdout).toMatch(/ {2}ok {6}probe file .*\n/);
    expect(ended.stdout).toMatch(/\nIt works\. In the log: 0 completed, over sftp\.\n$/);
    expect(existsSync(join(folder, 'logs'))).toBe(false);
  });

  it('a refused login: what fails, the code of the log, the exit code; the rest in one line', async () => {
    const server = await openssh();
    await settings(server, `hostKeys: ["${server.hostKeys.join('", "')}"]`);
    const ended = await run(['test', 'acme'], { ACME: 'wrong-secret' });
    expect(ended.exitCode).toBe(4);
    expect(ended.stdout).toContain('It fails at: login. In the log: 3 ');
    expect(ended.stdout).toContain('not tried for that: listing, probe file, clock, abilities');
    expect(ended.stdout).toContain('tally code AUTH_REJECTED');
    expect(ended.stdout + ended.stderr).not.toContain('wrong-secret');
  });

  it('as one document, and as a line for each step', async () => {
    const partner = await startFtpPartner({ root: folder, user: 'orders', password: 's3cret' });
    onTestFinished(() => partner.stop());
    const words = ['test', partner.url];
    const json = await run([...words, '--json'], { TALLY_PASSWORD: 's3cret' });
    const document = JSON.parse(json.stdout) as { steps: { name: string; verdict: string }[] };
    expect(document).toMatchObject({ schemaVersion: 1, verdict: 'ok', code: 230, exitCode: 0 });
    expect(document.steps.find(({ name }) => name === 'listing')?.verdict).toBe('ok');
    const lines = await run([...words, '--jsonl'], { TALLY_PASSWORD: 'x' });
    const rows = lines.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(rows.map(({ type }) => type)).toEqual([...document.steps.map(() => 'step'), 'result']);
    expect(rows.at(-1)).toMatchObject({
      verdict: 'failed',
      code: 530,
      exitCode: 4,
      error: { code: 'AUTH_REJECTED' },
    });
    expect(lines.exitCode).toBe(4);
  });

  it('what was typed wrong is a matter of usage', async () => {
    await settings(await openssh());
    expect(await run(['test', 'acne'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('did you mean "acme"') as string,
    });
    expect(await run(['test', './outbox'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('is a place on this machine') as string,
    });
  });
});

describe('tally connections trust', () => {
  it('writes nothing by itself, then pins all keys with --yes, and the connection works', async () => {
    const server = await openssh();
    const text = await settings(server);
    const look = await run(['trust', 'acme']);
    expect(look.exitCode).toBe(4);
    for (const key of server.hostKeys) expect(look.stdout).toContain(key);
    expect(look.stdout).toContain('tally connections trust acme --yes');
    expect(await readFile(file, 'utf8')).toBe(text);
    const pin = await run(['trust', 'acme', '--yes']);
    expect([pin.stderr, pin.exitCode]).toEqual(['', 0]);
    const pinned = await readFile(file, 'utf8');
    const [line = ''] = pinned.split('\n').filter((each) => each.includes('hostKeys'));
    expect(pinned.replace(`${line}\n`, '')).toBe(text);
    expect(pin.stdout).toContain(`+ ${line}`);
    for (const key of server.hostKeys) expect(line).toContain(key);
    expect((await run(['test', 'acme'], { ACME: server.password })).exitCode).toBe(0);
    expect((await run(['trust', 'acme'])).exitCode).toBe(0);
  });

  it('needs no password, no key and no agent', async () => {
    const server = await openssh();
    await settings(server, 'identities: ./no-such-key');
    expect(await run(['trust', 'acme', '--json'])).toMatchObject({ stderr: '', exitCode: 4 });
  });

  it('a changed key: old and new are shown, and --yes alone changes nothing', async () => {
    const before = await openssh({ hostKeys: ['ed25519'] });
    const server = await openssh({ hostKeys: ['other-ed25519'] });
    const text = await settings(server, `hostKeys: ["${before.hostKeys[0]}"]   # since 2025`);
    const refused = await run(['trust', 'acme', '--yes']);
    expect(refused.exitCode).toBe(4);
    expect(refused.stdout).toContain(server.hostKeys[0]);
    expect(refused.stdout).toContain(`instead of ${before.hostKeys[0]}, pinned`);
    expect(refused.stderr).toContain('--yes --replace');
    expect(await readFile(file, 'utf8')).toBe(text);
    expect((await run(['trust', 'acme', '--yes', '--replace'])).exitCode).toBe(0);
    expect(await readFile(file, 'utf8')).toBe(
      text.replace(before.hostKeys[0] ?? '-', server.hostKeys[0] ?? '-'),
    );
  });

  it('the next key in advance, then the old one goes: the server changes its key in between', async () => {
    const old = await openssh({ hostKeys: ['ed25519'] });
    const next = await openssh({ hostKeys: ['other-ed25519'] });
    const text = await settings(old, `hostKeys: ["${old.hostKeys[0]}"]`);
    expect((await run(['trust', 'acme', '--add', next.hostKeys[0] ?? ''])).exitCode).toBe(0);
    for (const server of [old, next]) {
      await writeFile(file, (await readFile(file, 'utf8')).replace(/:\d+'/, `:${server.port}'`));
      expect((await run(['test', 'acme'], { ACME: server.password })).exitCode).toBe(0);
    }
    const removed = await run(['trust', 'acme', '--remove', old.hostKeys[0] ?? '']);
    expect(removed.exitCode).toBe(0);
    expect(await readFile(file, 'utf8')).toBe(
      text
        .replace(`:${old.port}'`, `:${next.port}'`)
        .replace(old.hostKeys[0] ?? '-', next.hostKeys[0] ?? '-'),
    );
  });

  it('a certificate: its key is pinned, and stands above its authority', async () => {
    const partner = await startFtpPartner({ root: folder, user: 'a', password: 'b', security: 'explicit' });
    onTestFinished(() => partner.stop());
    await writeFile(file, `connections:\n  acme:\n    url: ${partner.url}\n`);
    const pin = (partner.certificate?.pin ?? '').replace(/=+$/, '');
    expect(await run(['trust', partner.url])).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining(`--pin ${pin}`) as string,
    });
    expect((await run(['trust', 'acme', '--yes'])).exitCode).toBe(0);
    expect(await readFile(file, 'utf8')).toContain(`    pins: ["${pin}"]\n`);
    expect((await run(['test', 'acme'], { TALLY_PASSWORD: 'b' })).exitCode).toBe(0);
  });
});

describe('tally connections list and show', () => {
  it('where each leads and what it trusts, without any secret being fetched', async () => {
    const server = await openssh();
    await settings(server);
    const list = await run(['list']);
    expect(list.stdout.split('\n')).toEqual([
      'NAME\tPROTOCOL\tHOST\tUSER\tTRUSTS\tPROXY\tLIMIT',
      `acme\tsftp\t127.0.0.1:${server.port}\ttally\tknown_hosts\t-\t4`,
      'globex\tftp\tglobex.example:21\t-\tno TLS\t-\t2',
      '',
    ]);
    const json = JSON.parse((await run(['list', '--json'])).stdout) as { connections: unknown[] };
    expect(json.connections[1]).toMatchObject({ name: 'globex', port: 21, trust: 'none', maxConnections: 2 });
  });

  it('every key in force, with its place; a secret is a reference', async () => {
    await settings(await openssh());
    const shown = await run(['show', 'acme', '--origin', '--user', 'other'], { ACME: 'hush-hush' });
    expect(shown.stdout).toMatch(/ {4}password: \{ env: ACME \} +# .*tallyman\.yaml:6:15\n/);
    expect(shown.stdout).toMatch(/ {4}user: other +# --user\n/);
    expect(shown.stdout).toMatch(/ {4}maxConnections: 4 +# default\n/);
    expect(shown.stdout).toMatch(/ {4}retries: 3 +# default\n/);
    expect(shown.stdout).not.toContain('hush-hush');
    expect(await run(['show', 'nobody'])).toMatchObject({ exitCode: 2 });
  });

  it('no settings file is said, and is no failure', async () => {
    expect(await run(['list'])).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: expect.stringContaining('no settings file was found') as string,
    });
  });
});
