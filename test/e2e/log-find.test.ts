import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally } from './tally-process.js';

const EFT = [
  'Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode',
  '2026-03-01 02:07:44; ftp; 192.168.20.171; 21; ClientA; C:\\out\\inv_0301.xml; /in/inv_0301.xml; upload; 10060;',
  '2026-03-01 02:08:15; ftp; 192.168.20.171; 21; ClientA; C:\\out\\inv_0301.xml; /in/inv_0301.xml; upload; 226;',
  '2026-03-01 02:09:00; ftp; 192.168.20.171; 21; ClientA; C:\\out\\=1+1.csv; /in/=1+1.csv; upload; 226;',
  '2026-03-01 03:30:00; sftp; sftp.acme.example; 22; orders; D:\\in\\a.xml; /out/a.xml; download; 4; 1;',
  '2026-03-01 03:31:00; sftp; sftp.acme.example; 22; orders; D:\\in\\a.xml; /out/inv_0301.xml cut sho',
  '',
].join('\r\n');

async function eftFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'cl260301.log'), EFT);
  return folder;
}

const find = async (...words: readonly string[]) =>
  tally(['log', 'find', ...words, 'cl260301.log'], { folder: await eftFolder() });

describe('tally log find', () => {
  it('answers "where is my file" with every attempt, in words, and names damaged lines that hold the name', async () => {
    const { stdout, stderr, exitCode } = await find('inv_0301.xml', '--fields', 'time,result,codeWords,line');
    expect(stdout).toBe(
      [
        'time\tresult\tcodeWords\tline',
        '2026-03-01 02:07:44\tfailed\tno answer to the connection attempt\t2',
        '2026-03-01 02:08:15\tsucceeded\ttransfer complete\t3',
        '',
      ].join('\n'),
    );
    expect(stderr).toBe(
      'A line holds the text but cannot be read as a record: cl260301.log:6. See: tally log check\n',
    );
    expect(exitCode).toBe(0);
  });

  it('an inferred verdict says so in the plain listing and in JSON', async () => {
    const plain = await find('code:226 file:inv_0301.xml');
    expect(plain.stdout.split('\n')[1]).toContain('\tsucceeded (inferred)\t');
    const { stdout } = await find('code:226 file:inv_0301.xml', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      query: 'code:226 file:inv_0301.xml',
      records: [{ result: 'succeeded', inferred: true, instant: '2026-03-01T02:08:15+00:00', line: 3 }],
    });
  });

  it('--raw gives the original lines, line ends included', async () => {
    const { stdout } = await find('op:download', '--raw');
    expect(stdout).toBe(`${EFT.split('\r\n')[4]}\r\n`);
  });

  it('--csv makes no formula of a file name', async () => {
    const { stdout } = await find('path:=1', '--csv', '--fields', 'remotePath,localPath,file', '--no-header');
    expect(stdout).toBe('/in/=1+1.csv,C:\\out\\=1+1.csv,cl260301.log\n');
    const one = await find('path:=1', '--csv', '--fields', 'host');
    expect(one.stdout).toBe('host\n192.168.20.171\n');
  });

  it('--context brings the neighbours of the same host, told apart from matches', async () => {
    const { stdout } = await find('code:10060', '--context', '1m', '--jsonl', '--fields', 'line');
    expect(stdout).toBe('{"line":2,"match":true}\n{"line":3,"match":false}\n');
  });

  it('--limit says that there are more, --exit-status that something failed', async () => {
    const { stdout, stderr, exitCode } = await find('port:21', '--limit', '1', '--exit-status', '--raw');
    expect(stdout.split('\r\n')).toHaveLength(2);
    expect(stderr).toBe('There are more than these 1 (--limit).\n');
    expect(exitCode).toBe(6);
    expect((await find('code:226', '--exit-status')).exitCode).toBe(0);
  });

  it('says when nothing matches, and where it looked', async () => {
    const { stdout, stderr, exitCode } = await find('host:nobody since:2026-01-01');
    expect({ stdout, stderr, exitCode }).toEqual({
      stdout: '',
      stderr: 'Nothing matches host:nobody since:2026-01-01 in cl260301.log.\n',
      exitCode: 0,
    });
  });

  it('refuses forms that exclude each other, and fields that do not exist', async () => {
    expect(await find('x', '--raw', '--json')).toMatchObject({ exitCode: 2 });
    const { exitCode, stderr } = await find('x', '--fields', 'hots');
    expect({ exitCode, hint: /did you mean "host"/.test(stderr) }).toEqual({ exitCode: 2, hint: true });
  });
});

describe('tally log stats and chart', () => {
  it('tell counts, rate, times and what the lines are', async () => {
    const folder = await eftFolder();
    const { stdout, stderr } = await tally(['log', 'stats', 'cl260301.log'], { folder });
    expect(stdout).toBe(
      [
        'partner\trecords\tfailed\trate\tinferred\tfirst seen\tlast seen\tlongest gap',
        '192.168.20.171\t3\t1\t33 %\t3\t2026-03-01 02:07:44\t2026-03-01 02:09:00\t-',
        'sftp.acme.example\t1\t1\t100 %\t0\t2026-03-01 03:30:00\t2026-03-01 03:30:00\t-',
        '',
      ].join('\n'),
    );
    expect(stderr).toBe('4 records in 6 lines; 1 malformed: tally log check names them.\n');
  });

  it('give all of it as one document', async () => {
    const folder = await eftFolder();
    const words = ['log', 'stats', '--by', 'code,result', '--json', 'cl260301.log'];
    const { stdout } = await tally(words, { folder });
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      by: ['code', 'result'],
      lines: { lines: 6, records: 4, headers: 1, malformed: 1 },
      groups: [
        { code: 226, result: 'succeeded', records: 2, failed: 0, failureRate: 0 },
        { code: 10060, records: 1 },
        { code: 4, records: 1 },
      ],
    });
  });

  it('a chart in a pipe is plain text', async () => {
    const folder = await eftFolder();
    const { stdout } = await tally(['log', 'chart', 'cl260301.log'], { folder });
    expect(stdout).toMatch(
      /^2026-03-01 02:00 {2}x+=+ +3, 1 failed \(33 %\)\n2026-03-01 03:00 {2}x+ +1, 1 failed/,
    );
    expect(stdout).not.toMatch(/[^\n -~]/);
  });
});
