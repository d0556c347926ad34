import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally } from './tally-process.js';

const LOG = `2026-03-01 02:07:44; sftp; sftp.acme.example; 22; orders; /out/a.xml; /in/a.xml; upload; 10060; 1;
2026-03-01 02:08:15; sftp; sftp.acme.example; 22; orders; /out/a.xml; /in/a.xml; upload; 0; 0;
2026-03-01 02:09:00; ftp; ftp.globex.example; 21; gx; C:\\out\\b.csv; /in/b.csv; upload; 530;
`;

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  await writeFile(join(folder, 'cl260301.log'), LOG);
});

const report = (...words: readonly string[]) => tally(['log', 'report', ...words], { folder });
const page = (name = 'report.html') => readFile(join(folder, name), 'utf8');

describe('tally log report', () => {
  it('makes report.html, and says in one line where it is and what it came to', async () => {
    const { exitCode, stdout, stderr } = await report('cl260301.log');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect(stderr).toMatch(
      /^report\.html: 3 records, 2 failed, 1 incident open \([\d,]+ KiB, \d+\.\d s\)\n$/,
    );
    expect(await page()).toContain('<strong>3 attempts</strong>');
    expect(await readdir(folder)).toEqual(['cl260301.log', 'report.html']);
  });

  it('writes the page to stdout, and nothing else anywhere', async () => {
    const { exitCode, stdout, stderr } = await report('cl260301.log', '-o', '-');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect(await readdir(folder)).toEqual(['cl260301.log']);
  });

  it('has the title that was asked for, whatever stands in it', async () => {
    await report('cl260301.log', '--title', 'March <b>2026</b>', '-q');
    expect(await page()).toContain('<title>March &lt;b&gt;2026&lt;/b&gt;</title>');
  });

  it('takes only what the query and the times mean', async () => {
    await report('cl260301.log', '--where', 'protocol:sftp', '--since', '2026-03-01T02:08');
    expect(await page()).toContain('<strong>1 attempt</strong>');
    expect(await page()).toContain('Only records that match');
  });

  it('reads folders, packed logs and several zones at once', async () => {
    await mkdir(join(folder, 'tokyo'));
    await writeFile(join(folder, 'tokyo/cl260301.log.gz'), gzipSync(LOG));
    await report('cl260301.log', 'tokyo', '--time-zone', 'UTC', '--time-zone', 'tokyo=Asia/Tokyo');
    const text = await page();
    expect(text).toContain('<strong>6 attempts</strong> from 2026-02-28 17:07 to 2026-03-01 02:09 (UTC)');
    expect(text).toContain('those of files in Asia/Tokyo were moved to it');
  });

  it('makes a page of a log without a record, and that is no failure', async () => {
    await writeFile(join(folder, 'empty.log'), '');
    const { exitCode, stderr } = await report('empty.log');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('0 records, 0 failed, 0 incidents open');
    expect(await page()).toContain('No attempts: there is no record in the 1 file read.');
  });
});

describe('where the page goes', () => {
  it('is never one of the logs, under whatever name', async () => {
    await symlink('cl260301.log', join(folder, 'other.html'));
    for (const name of ['cl260301.log', 'other.html']) {
      const { exitCode, stderr } = await report('cl260301.log', '-o', name);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('is one of the files that are read');
    }
    expect(await page('cl260301.log')).toBe(LOG);
  });

  it('keeps what stood there when the logs cannot be read, and leaves no half page', async () => {
    await writeFile(join(folder, 'report.html'), 'the page of yesterday');
    await writeFile(join(folder, 'bad.log.gz'), gzipSync(LOG.repeat(500)).subarray(0, 200));
    const { exitCode, stderr } = await report('bad.log.gz');
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('bad.log.gz');
    expect(await page()).toBe('the page of yesterday');
    expect(await readdir(folder)).toEqual(['bad.log.gz', 'cl260301.log', 'report.html']);
  });

  it('must be a file in a folder that there is', async () => {
    await mkdir(join(folder, 'pages'));
    const isFolder = await report('cl260301.log', '-o', 'pages');
    expect(isFolder).toMatchObject({ exitCode: 2 });
    expect(isFolder.stderr).toContain('is a folder');
    const missing = await report('cl260301.log', '-o', 'nowhere/report.html');
    expect(missing.exitCode).toBe(3);
  });
});

it('a missing log is told before anything is written', async () => {
  const { exitCode, stderr } = await report('cl999999.log');
  expect(exitCode).toBe(3);
  expect(stderr).toContain('there is no file or folder cl999999.log');
  expect(await readdir(folder)).toEqual(['cl260301.log']);
});
