import { spawn } from 'node:child_process';
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

const run = (...words: string[]): Promise<TallyRun> => tally(['log', 'check', ...words], { folder });

/** A line as EFT writes it, of nine columns. */
const eft = (name: string, time = '2026-03-01 02:10:44') =>
  `${time}; ftp; ftp.acme.example; 21; batch; D:\\out\\${name}; /in/${name}; upload; 226;`;

/** A line as Tallyman writes it, of ten columns. */
const ours = (name: string, time = '2026-03-01 02:10:44') => `${eft(name, time)} 0;`;

const put = (name: string, ...lines: string[]) =>
  writeFile(join(folder, name), lines.map((line) => `${line}\r\n`).join(''));

describe('tally log check', () => {
  it('says in words what is wrong, where, and how much was looked through', async () => {
    await put('cl260227.log', eft('a.xml', '2026-02-27 10:00:00'), eft('a.xml', '2026-02-27 10:00:00'));
    await put('cl260301.log', eft('b.xml'), 'rubbish\u001b[31m', ours('c.xml', '2026-03-01 02:10:43'));
    const { exitCode, stdout, stderr } = await run('cl260227.log', 'cl260301.log');
    expect([exitCode, stderr]).toEqual([6, '']);
    expect(stdout.split('\n')).toEqual([
      '1 malformed line',
      '  cl260301.log:2  it has 1 column instead of 9 or 10: rubbish\\x1b[31m',
      '',
      '1 time running backwards',
      '  cl260301.log:3  2026-03-01 02:10:43 after 2026-03-01 02:10:44; perhaps the clocks were put back in the zone of that machine: name it by --time-zone',
      '',
      '1 repetition',
      '  cl260227.log:2  the same as cl260227.log:1',
      '',
      '1 gap of missing days',
      '  2026-02-28 (Sat): neither a file nor a record of that day',
      '',
      '1 file of nine and of ten columns, to be noted',
      '  cl260301.log:3  1 record of nine columns, 1 of ten; it changes here first',
      '',
      '2 files, 5 lines: 4 records, 0 headings, 0 blank, 1 malformed, 0 not finished',
      'Of the records, 3 of nine columns, 1 of ten; 0 ambiguous',
      '4 things are wrong',
      '',
    ]);
  });

  it('ends with 0 where nothing is wrong; what is to be noted blames nobody', async () => {
    await put('cl260301.log', eft('a.xml'), ours('b.xml'), eft('c.xml', '2026-03-02 00:00:01'));
    const { exitCode, stdout } = await run(folder);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('1 run of records of another day, to be noted');
    expect(stdout).toMatch(/\nNothing is wrong\n$/);
  });

  it('shows the first of each kind and says how many more there are; -v shows all', async () => {
    await put('cl260301.log', eft('a.xml'), ...Array.from({ length: 50 }, (_, index) => `rubbish ${index}`));
    const grouped = (await run(folder)).stdout;
    expect(grouped).toContain('  and 30 more: -v or --json lists all\n');
    expect(grouped.match(/rubbish/g)).toHaveLength(20);
    const all = (await run(folder, '-v')).stdout;
    expect(all.match(/cl260301\.log:\d+ {2}malformed line: it has 1 column/g)).toHaveLength(50);
  });

  it('gives all findings and the numbers as JSON, and as lines', async () => {
    await put('cl260301.log', eft('a.xml'), ...Array.from({ length: 30 }, () => 'rubbish'), eft('a.xml'));
    const { exitCode, stdout } = await run(folder, '--json');
    const document = JSON.parse(stdout) as { findings: unknown[] };
    expect(exitCode).toBe(6);
    expect(document).toMatchObject({
      schemaVersion: 1,
      summary: {
        files: 1,
        lines: { lines: 32, records: 2, malformed: 30 },
        wrong: 31,
        findings: { duplicate: 1 },
      },
      unread: [],
    });
    expect(document.findings).toHaveLength(31);
    expect(document.findings[0]).toMatchObject({ kind: 'malformed', wrong: true, line: 2, raw: 'rubbish' });
    const lines = (await run(folder, '--jsonl')).stdout.trim().split('\n');
    expect(lines).toHaveLength(32);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ kind: 'summary', wrong: 31 });
  });

  it('tells files that cannot be read and checks the others all the same', async () => {
    await put('cl260301.log', eft('a.xml'), 'rubbish');
    await writeFile(join(folder, 'cl260302.log.gz'), gzipSync(eft('b.xml').repeat(500)).subarray(0, 60));
    const { exitCode, stdout, stderr } = await run('none.log', 'cl260302.log.gz', 'cl260301.log');
    expect(exitCode).toBe(7);
    expect(stderr).toContain('tally log check: there is no file or folder none.log\n');
    expect(stderr).toMatch(/tally log check: cl260302\.log\.gz/);
    expect(stdout).toContain('cl260301.log:2  it has 1 column');
    expect(stdout).toContain('2 names could not be read\n');
    expect((await run('none.log')).exitCode).toBe(3);
  });

  it('says of a binary file what it is, in one line', async () => {
    await writeFile(
      join(folder, 'picture.log'),
      Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 256),
    );
    const { exitCode, stdout } = await run('picture.log');
    expect(exitCode).toBe(6);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      '1 file is no client log',
      expect.stringMatching(
        /^ {2}picture\.log {2}looks like a binary file: it holds NUL bytes \(none of [\d,]+ lines/,
      ),
      '',
    ]);
  });

  it('reads stdin, folders of several nodes and packed logs', async () => {
    await mkdir(join(folder, 'nodeA'));
    await mkdir(join(folder, 'nodeB'));
    await put('nodeA/cl260301.log', eft('a.xml'));
    await writeFile(
      join(folder, 'nodeA', 'cl260303.log.gz'),
      gzipSync(`${eft('b.xml', '2026-03-03 10:00:00')}\n`),
    );
    await put('nodeB/cl260302.log', eft('c.xml', '2026-03-02 10:00:00'));
    expect((await run('nodeA', 'nodeB')).stdout).toContain(
      '  nodeA  2026-03-02 (Mon): neither a file nor a record',
    );
    const child = spawn(process.execPath, [tallyProgram, 'log', 'check', '-', '--json'], {
      env: { HOME: folder },
    });
    child.stdin.end(`${eft('a.xml')}\nrubbish\n`);
    let stdout = '';
    for await (const chunk of child.stdout) stdout += String(chunk);
    expect(JSON.parse(stdout)).toMatchObject({ findings: [{ kind: 'malformed', file: '-', line: 2 }] });
  });
});
