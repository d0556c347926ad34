import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startFtpPartner } from '../../src/simulator/ftp-partner.js';
import { startSftpPartner } from '../../src/simulator/sftp-partner.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally, tallyProgram, type TallyRun } from './tally-process.js';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

const run = (words: readonly string[], environment: Record<string, string> = {}): Promise<TallyRun> =>
  tally(words, { folder, environment });

async function ftpUrl(root: string): Promise<string> {
  const partner = await startFtpPartner({ root, user: 'u', password: 'p' });
  onTestFinished(() => partner.stop());
  return partner.url;
}

const login = { TALLY_PASSWORD: 'p' };

describe('tally list', () => {
  it('prints one tab-separated row for each entry, escapes made visible, nothing cut', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'sub'));
    await writeFile(join(root, 'ä;\u001b[31m.csv'), 'abc');
    await writeFile(join(root, `${'long'.repeat(50)}.txt`), '');
    const { exitCode, stdout, stderr } = await run(['list', `${await ftpUrl(root)}/`], login);
    expect([exitCode, stderr]).toEqual([0, '']);
    const rows = stdout.trim().split('\n').toSorted();
    expect(rows).toEqual([
      expect.stringMatching(/^file\t0\t\d{4}-\d\d-\d\dT[\d:]+Z\t(long){50}\.txt$/),
      expect.stringMatching(/^file\t3\t\d{4}-\d\d-\d\dT[\d:]+Z\tä;\\x1b\[31m\.csv$/),
      expect.stringMatching(/^folder\t-\t\d{4}-\d\d-\d\dT[\d:]+Z\tsub$/),
    ]);
  });

  it('goes through folders, by mask, as JSON with the exact names', async () => {
    const root = await temporaryFolder();
    await mkdir(join(root, 'a', 'b'), { recursive: true });
    await writeFile(join(root, 'a', 'b', 'x\u001b.csv'), 'abc');
    await writeFile(join(root, 'a', 'y.txt'), '');
    const partner = await startSftpPartner({ root, user: 'u', password: 'p' });
    onTestFinished(() => partner.stop());
    const trust = ['--host-key', partner.hostKeyFingerprint];
    const { stdout } = await run(['list', `${partner.url}/*.csv`, '--recursive', '--json', ...trust], login);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      entries: [{ name: 'a/b/x\u001b.csv', kind: 'file', sizeBytes: 3 }],
    });
    const lines = await run(['list', `${partner.url}/a`, '--jsonl', ...trust], login);
    const names = lines.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { name: string }).name);
    expect(names.toSorted()).toEqual(['b', 'y.txt']);
  });

  it('tells the one file that is named, and refuses what is not there', async () => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'y.txt'), 'x');
    const url = await ftpUrl(root);
    expect((await run(['list', `${url}/y.txt`], login)).stdout).toMatch(/^file\t1\t.*\ty\.txt\n$/);
    const missing = await run(['list', `${url}/none/`], login);
    expect(missing.exitCode).toBe(3);
    expect(missing.stderr).toContain('See: docs/reference/errors.md#NOT_FOUND');
    expect(missing.stdout).toBe('');
  });

  it('ends quietly when nobody reads on', async () => {
    await Promise.all(
      Array.from({ length: 3000 }, (_, index) => writeFile(join(folder, `file-${index}`), '')),
    );
    const line = `${process.execPath} ${tallyProgram} list . | head -n 2`;
    const { stdout, stderr } = await promisify(execFile)('/bin/bash', ['-o', 'pipefail', '-c', line], {
      cwd: folder,
      env: { HOME: folder, PATH: process.env['PATH'] },
    });
    expect(stdout.trim().split('\n')).toHaveLength(2);
    expect(stderr).toBe('');
  });

  it('writes no log', async () => {
    const { exitCode } = await run(['list', '.']);
    expect(exitCode).toBe(0);
    expect((await run(['list', '.'])).stdout).toBe('');
  });
});

describe('tally stat', () => {
  it('tells kind, size and time', async () => {
    const root = await temporaryFolder();
    await writeFile(join(root, 'y.txt'), 'abc');
    const url = await ftpUrl(root);
    expect((await run(['stat', `${url}/y.txt`], login)).stdout).toMatch(/^file\t3\t.*\ty\.txt\n$/);
    const { stdout } = await run(['stat', `${url}/y.txt`, '--json'], login);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, kind: 'file', sizeBytes: 3, name: 'y.txt' });
    expect((await run(['stat', `${url}/none`], login)).exitCode).toBe(3);
  });
});

describe('tally code', () => {
  it('explains a number with every reading of it', async () => {
    const { exitCode, stdout } = await run(['code', '4', '--protocol', 'sftp']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^4 failed, the server gives no reason/);
    expect(stdout).toMatch(/Whose side: .*\n {2}Likely causes:\n {4}1\./);
    expect(stdout).toContain('Also possible:');
    expect(stdout).toContain('SOCKS');
  });

  it('as JSON, for each protocol otherwise', async () => {
    const meaning = async (protocol: string) => {
      const { stdout } = await run(['code', '550', '--json', '--protocol', protocol]);
      return (JSON.parse(stdout) as { readings: { table: string }[] }).readings[0]?.table;
    };
    expect([await meaning('ftp'), await meaning('http')]).toEqual(['ftp', 'http']);
  });

  it('takes our own codes too, and says what was meant', async () => {
    expect((await run(['code', 'host-key-changed'])).stdout).toContain('another host key');
    const wrong = await run(['code', 'HOST_KEY_CHANGD']);
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('did you mean "HOST_KEY_CHANGED"'),
    ]);
  });
});

describe('tally config show', () => {
  it('prints what is in force with its origin, never a secret', async () => {
    await writeFile(
      join(folder, 'tallyman.yaml'),
      'transfers: { retries: 5 }\nconnections:\n  acme: { url: "sftp://u@h", password: { env: ACME } }\n',
    );
    const environment = { TALLY_TIMEOUT: '5m', TALLY_PASSWORD: 'hunter2', ACME: 'hunter3' };
    const { exitCode, stdout } = await run(['config', 'show', '--origin', '--parallel', '2'], environment);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ {2}timeout: 300s +# TALLY_TIMEOUT$/m);
    expect(stdout).toMatch(/^ {2}retries: 5 +# .*tallyman\.yaml:1:23$/m);
    expect(stdout).toMatch(/^ {2}parallel: 2 +# --parallel$/m);
    expect(stdout).toMatch(/^ {2}verify: size +# default$/m);
    expect(stdout).toMatch(/^ {4}password: \{ env: ACME \}/m);
    expect(stdout).toContain('# TALLY_PASSWORD stands above password of every connection');
    expect(stdout).not.toMatch(/hunter/);
    const json = await run(['config', 'show', '--json'], environment);
    expect(JSON.parse(json.stdout)).toMatchObject({ schemaVersion: 1 });
    expect(json.stdout).not.toMatch(/hunter/);
  });
});

describe('tally help', () => {
  it('tells the exit codes', async () => {
    const { stdout } = await run(['help', 'exit-codes']);
    for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 130, 143]) {
      expect(stdout).toMatch(new RegExp(`^ +${code} {2}\\S`, 'm'));
    }
  });

  it('tells the variables, and of a command what --help tells', async () => {
    expect((await run(['help', 'environment'])).stdout).toContain('TALLY_RETRY_DELAY');
    expect((await run(['help', 'copy'])).stdout).toBe((await run(['copy', '--help'])).stdout);
    expect((await run(['help', 'cpoy'])).exitCode).toBe(2);
  });

  it('comes with exit code 0 and holds no escapes', async () => {
    const { exitCode, stdout } = await run(['--help'], { FORCE_COLOR: '1' });
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain('\u001b');
  });
});

describe('completion in bash', () => {
  /** What bash would offer for this line. */
  async function offers(line: string): Promise<string> {
    const path = join(folder, 'bin');
    await mkdir(path, { recursive: true });
    const shim = `#!/bin/sh\nexec ${process.execPath} ${tallyProgram} "$@"\n`;
    await writeFile(join(path, 'tally'), shim, { mode: 0o755 });
    const script = `source <(tally completion bash); COMP_LINE=$1; COMP_POINT=\${#1}; _tally; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await promisify(execFile)('/bin/bash', ['-c', script, 'bash', line], {
      cwd: folder,
      env: { HOME: folder, PATH: `${path}:${process.env['PATH']}` },
    });
    return stdout.trim();
  }

  it('offers commands, flags, values, connections and files', async () => {
    await writeFile(join(folder, 'tallyman.yaml'), 'connections:\n  acme:\n    url: sftp://u@h\n');
    await writeFile(join(folder, 'a b.txt'), '');
    expect(await offers('tally mo')).toBe('move');
    expect(await offers('tally copy --miss')).toBe('--missing-source-ok');
    expect(await offers('tally copy --verify=ch')).toBe('checksum');
    expect(await offers('tally copy a')).toBe('acme:\na b.txt');
    expect(await offers('tally copy acme:/in; touch hurt')).toBe('');
  });

  it.each(['bash', 'zsh', 'fish', 'pwsh'])('there is a script for %s', async (shell) => {
    expect((await run(['completion', shell])).stdout).toContain('__complete');
  });
});
