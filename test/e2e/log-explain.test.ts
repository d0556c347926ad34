import { execFile, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally, tallyProgram, type TallyRun } from './tally-process.js';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

const run = (...words: readonly string[]): Promise<TallyRun> =>
  tally(['log', 'explain', ...words], { folder });

const EFT_LINES = [
  'Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode;',
  String.raw`2026-03-01 02:09:10; sftp; sftp.acme.example; 22; batch; D:\out\a.xml; /in/a.xml; upload; 0;`,
  String.raw`2026-03-01 02:10:44; sftp; sftp.acme.example; 22; batch; D:\out\inv_0301.xml; /in/inv_0301.xml; upload; 4;`,
  String.raw`2026-03-01 02:11:00; sftp; sftp.acme.example; 22; batch; D:\out\b.xml; /in/b.xml; upload; 0;`,
  '',
  'torn line; 22; batch',
];
const EFT_LOG = `${EFT_LINES.join('\r\n')}\r\n`;

const OUR_LOG = [
  '2026-03-02 02:10:00; ftp; ftp.beta.example; 21; b; /srv/in/p.csv; /out/p.csv; download; 10060; 1;',
  '2026-03-02 02:10:20; ftp; ftp.gamma.example; 21; g; /srv/\u001b[31m.csv; /in/g.csv; upload; 10060; 1;',
  '2026-03-02 02:30:00; ftp; ftp.beta.example; 21; b; /srv/in/p.csv; /out/p.csv; download; 226; 0;',
  '',
].join('\n');

/** Runs the command with text on stdin. */
function piped(text: string, ...words: readonly string[]): Promise<TallyRun> {
  const child = spawn(process.execPath, [tallyProgram, 'log', 'explain', ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, TZ: 'UTC' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (stdout += piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => (stderr += piece));
  child.stdin.end(text);
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr })));
}

describe('tally log explain FILE:LINE', () => {
  it("says of a line of EFT's what happened, whose side, why, what to check, and what stands around it", async () => {
    await writeFile(join(folder, 'cl260301.log'), EFT_LOG);
    const { exitCode, stdout, stderr } = await run('cl260301.log:3');
    expect([exitCode, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    expect(lines.slice(0, 4)).toEqual([
      '2026-03-01 02:10:44 (UTC, assumed)  sftp  upload  sftp.acme.example:22 (user batch)',
      String.raw`  D:\out\inv_0301.xml -> /in/inv_0301.xml`,
      '  INFERRED: failed (no tenth column, so read from the code)',
      '  cl260301.log:3',
    ]);
    for (const text of [
      'The upload of inv_0301.xml to sftp.acme.example seems to have failed: the server could not do it',
      '4 over sftp: failed, the server gives no reason (SFTP status SSH_FX_FAILURE',
      'Whose side: the partner must act.',
      'Likely causes:\n    1. The disk or the quota on the server is full.',
      '`tally stat sftp://batch@sftp.acme.example/in/inv_0301.xml`',
      'before (02:09:10) and after (02:11:00)',
      "[lines 2, 4; points to the partner's side]",
      'has not arrived since',
      'Also possible:\n    - 4 SOCKS proxy: host unreachable',
    ]) {
      expect(stdout).toContain(text);
    }
  });

  it('knows the connections and the zone of the settings', async () => {
    await mkdir(join(folder, 'logs'));
    await writeFile(join(folder, 'logs', 'cl260301.log'), EFT_LOG);
    await writeFile(
      join(folder, 'tallyman.yaml'),
      'clientLog: { folder: ./logs, timeZone: Europe/Berlin }\nconnections: { ACME: { url: "sftp://batch@sftp.acme.example" } }\n',
    );
    const { stdout } = await run('logs/cl260301.log:3');
    expect(stdout.split('\n')[0]).toBe(
      '2026-03-01 02:10:44 (Europe/Berlin)  sftp  upload  ACME (sftp.acme.example:22, user batch)',
    );
    expect(stdout).toContain('`tally stat ACME:/in/inv_0301.xml`');
  });

  it('says when other hosts failed in the same minute, and that the file came later', async () => {
    await writeFile(join(folder, 'cl260302.log'), OUR_LOG);
    const { stdout } = await run('cl260302.log:1');
    expect(stdout).toContain('FAILED (tenth column: 1)');
    expect(stdout).toContain('/out/p.csv -> /srv/in/p.csv');
    expect(stdout).toContain('no connection to ftp.gamma.example came about either');
    expect(stdout).toContain('points to our own side');
    expect(stdout).toContain('succeeded later, at 02:30:00');
    expect((await run('cl260302.log:2')).stdout).toContain(String.raw`/srv/\x1b[31m.csv -> /in/g.csv`);
  });

  it('gives the same as data', async () => {
    await writeFile(join(folder, 'cl260302.log'), OUR_LOG);
    const { stdout } = await run('cl260302.log:2', '--json', '--time-zone', 'Europe/Berlin');
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      kind: 'record',
      file: 'cl260302.log',
      line: 2,
      record: { instant: '2026-03-02T02:10:20+01:00', code: 10060, localPath: '/srv/\u001b[31m.csv' },
      reading: { table: 'winsock', side: 'network' },
      findings: expect.arrayContaining([expect.objectContaining({ pointsTo: 'us', lines: [1] })]) as unknown,
    });
  });

  it('explains a heading, a blank and a torn line as what they are', async () => {
    await writeFile(join(folder, 'cl260301.log'), EFT_LOG);
    expect((await run('cl260301.log:1')).stdout).toContain('This is a heading');
    expect((await run('cl260301.log:5')).stdout).toContain('This line is blank');
    const torn = await run('cl260301.log:6');
    expect(torn.stdout).toContain('cannot be read as a record: ');
    expect(torn.stdout).toContain('  torn line; 22; batch\n');
    expect(JSON.parse((await run('cl260301.log:6', '--json')).stdout)).toMatchObject({
      kind: 'malformed',
      raw: 'torn line; 22; batch',
    });
  });

  it('reads packed logs', async () => {
    await writeFile(join(folder, 'cl260301.log.gz'), gzipSync(EFT_LOG));
    expect((await run('cl260301.log.gz:3')).stdout).toContain('inv_0301.xml');
    const zip = await new Promise((resolve) => {
      void writeFile(join(folder, 'cl260301.log'), EFT_LOG).then(() =>
        execFile('python3', ['-m', 'zipfile', '-c', 'logs.zip', 'cl260301.log'], { cwd: folder }, resolve),
      );
    });
    expect(zip).toBeNull();
    expect((await run('logs.zip:3')).stdout).toContain('logs.zip/cl260301.log:3');
    expect((await run('logs.zip/cl260301.log:3')).stdout).toContain('inv_0301.xml');
    expect((await run('logs.zip/other.log:3')).stderr).toContain('is not in the archive');
  });

  it.each([
    [['cl260301.log:99'], 3, 'cl260301.log has 6 lines: there is no line 99'],
    [['cl260301.log'], 2, 'names no line'],
    [['none.log:1'], 3, 'there is no file or folder none.log'],
    [['.:1'], 2, 'names 2 logs'],
  ])('%j ends with %i', async (words, exitCode, text) => {
    await writeFile(join(folder, 'cl260301.log'), EFT_LOG);
    await writeFile(join(folder, 'cl260302.log'), OUR_LOG);
    const ended = await run(...words);
    expect([ended.exitCode, ended.stdout]).toEqual([exitCode, '']);
    expect(ended.stderr).toContain(text);
  });
});

describe('tally log explain of a pasted line', () => {
  it('takes it from stdin, with or without its end, or from the command line', async () => {
    const line = EFT_LINES[2] ?? '';
    for (const ended of [
      await piped(line),
      await piped(`\r\n${line}\r\n\r\n`, '-'),
      await tally(['log', 'explain', line], { folder }),
    ]) {
      expect(ended.exitCode).toBe(0);
      expect(ended.stdout).toContain('The upload of inv_0301.xml to sftp.acme.example seems to have failed');
      expect(ended.stdout).not.toContain('Around this line');
    }
  });

  it('takes the last of several, and the others as what stands around it', async () => {
    const { stdout } = await piped(OUR_LOG.split('\n').slice(0, 2).join('\n'));
    expect(stdout).toContain('The upload of \\x1b[31m.csv to ftp.gamma.example failed');
    expect(stdout).toContain('no connection to ftp.beta.example came about either');
  });

  it('says why it is no record, and that nothing was pasted', async () => {
    expect((await piped('rubbish')).stdout).toContain('cannot be read as a record');
    const nothing = await piped('\n');
    expect([nothing.exitCode, nothing.stderr]).toEqual([2, expect.stringContaining('holds no line')]);
  });
});
