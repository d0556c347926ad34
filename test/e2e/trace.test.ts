import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startFtpPartner } from '../../src/simulator/ftp-partner.js';
import { MemoryTree } from '../../src/simulator/memory-tree.js';
import { startSftpPartner } from '../../src/simulator/sftp-partner.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally, type TallyRun } from './tally-process.js';

const PASSWORD = 'pa55+w0rd&';

async function scene(server: 'ftp' | 'sftp') {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.txt'), 'content');
  const options = { root: new MemoryTree({ '/in/there': 'x' }), user: 'joe', password: PASSWORD };
  const partner = server === 'ftp' ? await startFtpPartner(options) : await startSftpPartner(options);
  onTestFinished(() => partner.stop());
  const trust = 'hostKeyFingerprint' in partner ? ['--host-key', partner.hostKeyFingerprint] : [];
  const run = (...words: readonly string[]): Promise<TallyRun> =>
    tally([...words, ...trust], { folder, environment: { TALLY_PASSWORD: PASSWORD } });
  return { folder, url: partner.url, partner, run };
}

const REFUSED = { ftp: 550, sftp: 3 } as const;

describe.each(['ftp', 'sftp'] as const)('what was said to a partner over %s', (server) => {
  it('is shown below a failure with -v, and without it the way to see it', async () => {
    const { url, partner, run } = await scene(server);
    const command = { ftp: 'STOR', sftp: 'OPEN' }[server];
    partner.inject({ at: { command }, do: { kind: 'reply', code: REFUSED[server], text: 'Not here' } });
    const quiet = await run('copy', 'a.txt', `${url}/in/a.txt`, '--retries', '0');
    expect(quiet.stderr).toContain('What was said before: the same command with -v');
    expect(quiet.stderr).not.toContain('Said before');
    const loud = await run('copy', 'a.txt', `${url}/in/a.txt`, '--retries', '0', '-v');
    expect(loud.stderr).toContain('Said before (> by us, < by the other end):');
    expect(loud.stderr).toMatch(new RegExp(`^ {4}\\S+Z > ${command} `, 'm'));
    expect(loud.stderr).toMatch(/^ {4}\S+Z < .*Not here$/m);
    expect(loud.stderr + quiet.stderr).not.toContain(PASSWORD);
  });

  it('goes with each failure as data, and with no success', async () => {
    const { url, partner, run } = await scene(server);
    const command = { ftp: 'STOR', sftp: 'OPEN' }[server];
    partner.inject({ at: { command, nth: 1 }, do: { kind: 'reply', code: REFUSED[server] } });
    const failed = await run('copy', 'a.txt', `${url}/in/a.txt`, '--retries', '0', '--json');
    const { failures } = JSON.parse(failed.stdout) as { failures: { error: { dialogue: string[] } }[] };
    expect(failures[0]?.error.dialogue.some((line) => / [<>*] /.test(line))).toBe(true);
    const sent = await run('copy', 'a.txt', `${url}/in/a.txt`, '--json');
    expect(sent.stdout).not.toContain('dialogue');
    expect(failed.stdout + sent.stdout).not.toContain(PASSWORD);
  });

  it('stands in the file of --trace, for its owner only, one run after the other, without the password', async () => {
    const { folder, url, run } = await scene(server);
    const path = join(folder, 'wire.log');
    expect((await run('copy', 'a.txt', `${url}/in/a.txt`, '--trace', 'wire.log')).exitCode).toBe(0);
    const first = await readFile(path, 'utf8');
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z 1 127\.0\.0\.1:\d+ > .*a\.txt/m);
    expect(first).not.toContain(PASSWORD);
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await run('list', `${url}/in/`, '--trace', 'wire.log')).exitCode).toBe(0);
    const both = await readFile(path, 'utf8');
    expect(both.startsWith(first)).toBe(true);
    expect(both.length).toBeGreaterThan(first.length);
  });
});

it('a trace that cannot be written is a usage error, and nothing is moved', async () => {
  const { url, partner, run } = await scene('sftp');
  const refused = await run('copy', 'a.txt', `${url}/in/a.txt`, '--trace', 'none/wire.log');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toMatch(/--trace {2}cannot write .*none\/wire\.log \(ENOENT\)/);
  expect(partner.transcript).toEqual([]);
});
