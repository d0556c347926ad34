import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally, type TallyRun } from './tally-process.js';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

const run = (...words: readonly string[]): Promise<TallyRun> =>
  tally(['log', 'incidents', ...words], { folder });

/** As EFT writes: nine columns, CRLF, Windows paths, a heading; 30 files fail, 10 of them succeed later. */
async function writeEftLog(): Promise<void> {
  const lines = [
    'Time; Protocol; Host Name; Port; User Name; Local Path; Remote Path; Operation; GetLastCode;',
  ];
  const attempt = (time: string, index: number, code: number) =>
    `2026-03-01 ${time}; sftp; sftp.acme.example; 22; batch; D:\\out\\inv_${index}.xml; /in/inv_${index}.xml; upload; ${code};`;
  for (let index = 0; index < 30; index += 1) lines.push(attempt(`02:${10 + index}:00`, index, 10060));
  for (let index = 0; index < 10; index += 1) lines.push(attempt(`03:${10 + index}:00`, index, 0));
  await writeFile(join(folder, 'cl260301.log'), `${lines.join('\r\n')}\r\n`);
}

/** As Tallyman writes: ten columns. */
async function writeOurLog(): Promise<void> {
  const lines = [
    '2026-03-02 02:10:00; ftp; ftp.beta.example; 21; b; /srv/in/p.csv; /out/p.csv; download; 530; 1;',
    '2026-03-02 02:20:00; ftp; ftp.beta.example; 21; b; /srv/in/p.csv; /out/p.csv; download; 226; 0;',
    '2026-03-02 04:00:00; local; localhost; 0; svc; /srv/\u001b[31m.xml; /mnt/x.xml; upload; 5; 1;',
  ];
  await writeFile(join(folder, 'cl260302.log'), `${lines.join('\n')}\n`);
}

describe('tally log incidents', () => {
  it('says in one row what many failures of one cause are, for logs of both makes', async () => {
    await writeEftLog();
    await writeOurLog();
    const { exitCode, stdout, stderr } = await run('cl*.log');
    expect(stdout.split('\n').map((line) => line.split('\t'))).toEqual([
      ['from', 'until', 'partner', 'what went wrong', 'tries', 'files', 'state', 'must act'],
      [
        '2026-03-01 02:10',
        '02:39',
        'sftp.acme.example',
        '10060 (inferred) no answer to the connection attempt',
        '30',
        '30',
        'OPEN 20',
        'network',
      ],
      ['2026-03-02 02:10', '02:10', 'ftp.beta.example', '530 login refused', '1', '1', 'recovered', 'us'],
      ['2026-03-02 04:00', '04:00', 'localhost', '5 access denied', '1', '1', 'OPEN', 'us'],
      [''],
    ]);
    expect([exitCode, stderr]).toEqual([0, '3 incidents, 2 open; 32 failures.\n']);
  });

  it('names the files with -v, made printable, and what to do', async () => {
    await writeOurLog();
    const { stdout } = await run('cl260302.log', '-v');
    expect(stdout).toContain('Not succeeded since:\n    upload  /srv/\\x1b[31m.xml -> /mnt/x.xml\n');
    expect(stdout).toMatch(/Next: .*`tally list ftp:\/\/b@ftp\.beta\.example\/`/);
    expect(stdout).toContain('First: cl260302.log:3');
  });

  it('cuts the list of files at 20 with -v, says so, and gives them all with -vv and --json', async () => {
    await writeEftLog();
    await writeFile(
      join(folder, 'more.log'),
      Array.from(
        { length: 30 },
        (_, index) => `2026-03-01 05:00:00; ftp; h; 21; u; /o/f${index}; /i/f${index}; upload; 552; 1;\n`,
      ).join(''),
    );
    const { stdout } = await run('more.log', '-v');
    expect(stdout.match(/\/o\/f\d+/g)).toHaveLength(20);
    expect(stdout).toContain('and 10 more (-vv and --json list 30)');
    expect((await run('more.log', '-vv')).stdout.match(/\/o\/f\d+/g)).toHaveLength(30);
    const { incidents } = JSON.parse((await run('more.log', '--json')).stdout) as {
      incidents: { openFiles: unknown[] }[];
    };
    expect(incidents[0]?.openFiles).toHaveLength(30);
  });

  it('takes the failures that are asked for, and sees their recovery all the same', async () => {
    await writeEftLog();
    const { stdout } = await run(
      'cl260301.log',
      '--where',
      'inv_3.xml',
      '--until',
      '2026-03-01T03:00',
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 1,
      failures: 1,
      limits: [],
      lines: { lines: 41, records: 40, headers: 1 },
      incidents: [
        {
          partner: 'sftp.acme.example',
          attempts: 1,
          inferred: 1,
          recovered: 1,
          open: false,
          fromTime: '2026-03-01 02:13:00',
          fromInstant: '2026-03-01T02:13:00+00:00',
          firstPlace: { file: 'cl260301.log', lineNumber: 5 },
        },
      ],
    });
  });

  it('parts incidents by --gap', async () => {
    await writeEftLog();
    expect((await run('cl260301.log', '--gap', '30s', '--jsonl')).stdout.trim().split('\n')).toHaveLength(30);
    const wrong = await run('cl260301.log', '--gap', 'soon');
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('--gap')]);
  });

  it('gives a table for spreadsheets', async () => {
    await writeOurLog();
    const { stdout } = await run('cl260302.log', '--csv');
    const [head = '', first = ''] =
      stdout.split('\r\n').length > 1 ? stdout.split('\r\n') : stdout.split('\n');
    expect(head).toContain('fromTime,toTime,timeZone,partner,host,port,protocol,code,codeWords');
    expect(first).toContain('ftp.beta.example,21,ftp,530,login refused');
  });

  it('says that nothing failed, and what could not be read', async () => {
    await writeFile(
      join(folder, 'cl260303.log'),
      '2026-03-03 02:10:00; ftp; h; 21; u; /o/f; /i/f; upload; 226; 0;\nrubbish\n',
    );
    const { exitCode, stdout, stderr } = await run('cl260303.log');
    expect([exitCode, stdout]).toEqual([0, '']);
    expect(stderr).toContain('Nothing failed.');
    expect(stderr).toContain('1 malformed');
  });
});
