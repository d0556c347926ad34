import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally } from './tally-process.js';

const fixtures = resolve(import.meta.dirname, '../fixtures/client-logs');

const OURS = `2026-03-01 02:07:44; sftp; sftp.acme.example; 22; orders; /out/orders-4711.xml; /in/orders-4711.xml; upload; 10060; 1;
2026-03-01 02:08:15; sftp; sftp.acme.example; 22; orders; /out/orders-4711.xml; /in/orders-4711.xml; upload; 0; 0;
`;
const EFTS = `2026-03-01 02:07:50; ftp; 192.168.20.171; 21; ClientA; C:\\out\\Meier.xml; /in/Meier.xml; upload; 226;\r
2026-03-01 02:09:00; ftp; 192.168.20.171; 21; ClientA; C:\\out\\Meier.csv; /in/Meier.csv; upload; 530;\r
`;

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder, 'cl260301.log'), OURS);
  await mkdir(join(folder, 'eft'));
  await writeFile(join(folder, 'eft/cl260301.log'), EFTS);
});

const convert = (...words: readonly string[]) => tally(['log', 'convert', ...words], { folder });
const result = (name: string) => readFile(join(folder, name), 'utf8');

describe('a log as a log', () => {
  it('is byte for byte the log that was read, for every fixture of the reader', async () => {
    const names = (await readdir(fixtures)).filter(
      (name) => name.endsWith('.log') && !name.startsWith('utf-16'),
    );
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      await copyFile(join(fixtures, name), join(folder, name));
      const { exitCode } = await convert(name, '-o', 'copy');
      expect(exitCode, name).toBe(0);
      expect(await readFile(join(folder, 'copy'), 'latin1'), name).toBe(
        await readFile(join(folder, name), 'latin1'),
      );
    }
  });

  it('is UTF-8 where the log was UTF-16', async () => {
    const text = await readFile(join(fixtures, 'utf-16.log'), 'utf16le');
    const { stdout } = await convert(join(fixtures, 'utf-16.log'));
    expect(stdout).toBe(text.replace('\ufeff', ''));
  });

  it('goes to stdout, of several files by time, and says nothing where there is nothing to say', async () => {
    const { stdout, stderr, exitCode } = await convert('cl260301.log', 'eft/cl260301.log');
    const [first, second] = OURS.split('\n');
    const [third, fourth] = EFTS.split('\n');
    expect(stdout).toBe(`${first}\n${third}\n${second}\n${fourth}\n`);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  });

  it('gets ten columns, other line ends and another zone at once; the verdicts made up are counted', async () => {
    const { stdout, stderr } = await convert(
      'eft/cl260301.log',
      ...['--columns', '10', '--line-end', 'lf', '--time-zone', 'Europe/Berlin', '--to-time-zone', 'UTC'],
    );
    expect(stdout).toBe(
      EFTS.replaceAll('\r', '')
        .replaceAll(' 02:', ' 01:')
        .replace('226;', '226; 0;')
        .replace('530;', '530; 1;'),
    );
    expect(stderr).toBe(
      'note: 2 verdicts were inferred from the codes, as the lines had none (eft/cl260301.log:1, eft/cl260301.log:2)\n',
    );
  });

  it('holds only the records that are meant', async () => {
    const { stdout } = await convert('cl260301.log', '--where', 'result:failed');
    expect(stdout).toBe(OURS.slice(0, OURS.indexOf('\n') + 1));
  });

  it('can have only one zone', async () => {
    const zones = ['--time-zone', 'UTC', '--time-zone', 'eft=Europe/Berlin'];
    const refused = await convert('cl260301.log', 'eft/cl260301.log', ...zones);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('--to-time-zone');
    const { stdout } = await convert('cl260301.log', 'eft/cl260301.log', ...zones, '--to-time-zone', 'UTC');
    expect(stdout).toMatch(/^2026-03-01 01:07:50; ftp; /);
  });
});

describe('a log as data', () => {
  it('is CSV', async () => {
    const { stderr } = await convert('cl260301.log', '--to', 'csv', '-o', 'march.csv');
    const lines = (await result('march.csv')).split('\n');
    expect(lines[0]).toMatch(/^time,instant,timeZone,protocol,host,port,/);
    expect(lines[1]).toMatch(
      /^2026-03-01 02:07:44,2026-03-01T02:07:44\+00:00,UTC,sftp,.*,10060,.*,failed,false,/,
    );
    expect(stderr).toBe('2 records written to march.csv\n');
  });

  it('is JSON Lines', async () => {
    const { stdout } = await convert('eft/cl260301.log', '--to', 'jsonl');
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({ kind: 'record', code: 530, result: 'failed', inferred: true, line: 2 });
  });

  it('is Parquet', async () => {
    const { exitCode } = await convert('cl260301.log', '--to', 'parquet', '-o', 'march.parquet');
    expect(exitCode).toBe(0);
    const bytes = new Uint8Array(await readFile(join(folder, 'march.parquet')));
    const rows = await parquetReadObjects({ file: bytes.buffer });
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({ instant: new Date('2026-03-01T02:07:44Z'), code: 10060n, port: 22 });
  });

  it('Parquet needs a file', async () => {
    const { exitCode, stderr, stdout } = await convert('cl260301.log', '--to', 'parquet');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('--output');
  });
});

describe('an anonymous log', () => {
  it('names nobody, whatever the form, and the two ends of a file still agree', async () => {
    for (const form of ['log', 'csv', 'jsonl']) {
      const { stdout, stderr } = await convert('eft', 'cl260301.log', '--anonymise', '--to', form);
      expect(stdout).not.toMatch(/acme|orders|ClientA|Meier|192\.168|eft/i);
      expect(stderr).toContain('Read it before you send it');
    }
    const { stdout } = await convert('eft', '--anonymise');
    const names = [...stdout.matchAll(/C:\\[a-z]{3}\\([A-Z][a-z]{4})\.\w{3}; \/[a-z]{2}\/(\1)\./g)].map(
      ([, name]) => name,
    );
    expect(names).toHaveLength(2);
    expect(names[0]).toBe(names[1]);
  });

  it('is another one each time', async () => {
    const [one, two] = [await convert('eft', '--anonymise'), await convert('eft', '--anonymise')];
    expect(one.stdout).not.toBe(two.stdout);
  });
});

describe('bad requests', () => {
  it.each([
    [['cl260301.log', '-o', 'cl260301.log'], 2, 'is one of the files that are read'],
    [['cl260301.log', '-o', 'eft'], 2, 'is a folder'],
    [['cl260301.log', '-o', 'no/such/folder.csv'], 3, 'does not exist'],
    [['cl260301.log', '--to', 'csv', '--columns', '9'], 2, '--columns'],
    [['cl260301.log', '--to', 'xlsx'], 2, '--to'],
    [['cl260301.log', '--to-time-zone', 'Berlin'], 2, 'Europe/Berlin'],
    [['cl260301.log', '--columns', '11'], 2, 'must be one of 9, 10'],
    [['missing.log'], 3, 'missing.log'],
  ])('%j', async (words, exitCode, told) => {
    const run = await convert(...words);
    expect(run).toMatchObject({ exitCode, stdout: '' });
    expect(run.stderr).toContain(told);
    expect((await readdir(folder)).sort()).toEqual(['cl260301.log', 'eft']);
    expect(await result('cl260301.log')).toBe(OURS);
  });
});

it('a reader that goes away early ends it quietly', async () => {
  await writeFile(join(folder, 'cl260302.log'), OURS.repeat(20_000));
  const run = await tally(['log', 'convert', 'cl260302.log'], {
    folder,
    started: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
  });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
});
