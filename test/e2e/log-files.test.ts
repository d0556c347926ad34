import { execFileSync } from 'node:child_process';
import { appendFile, chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { appendFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { tally } from './tally-process.js';

const LOG = [
  '2026-03-01 02:07:44; sftp; sftp.acme.example; 22; orders; /out/inv_0301.xml; /in/inv_0301.xml; upload; 10060; 1;',
  '2026-03-01 02:08:15; sftp; sftp.acme.example; 22; orders; /out/inv_0301.xml; /in/inv_0301.xml; upload; 0; 0;',
  '2026-03-01 02:10:00; ftp; 192.168.20.171; 21; ClientA; C:\\test1.txt; /test1.txt; download; 226;',
  '',
].join('\n');

async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** The codes of all records that `find` gives, in order. */
async function codesFound(folder: string, ...words: readonly string[]): Promise<readonly number[]> {
  const { stdout, stderr, exitCode } = await tally(['log', 'find', ...words, '--jsonl'], { folder });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { code: number }).code);
}

function zipOf(folder: string, name: string, entries: readonly string[]): void {
  const script = 'import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1],"w",zipfile.ZIP_DEFLATED)\n';
  const add = 'for n in sys.argv[2:]: z.write(n)\nz.close()';
  execFileSync('python3', ['-c', script + add, name, ...entries], { cwd: folder });
}

describe('where logs come from', () => {
  it('reads a named pipe, whose bytes can be read only once, beside a file', async () => {
    const folder = await folderWith({ 'cl260301.log': LOG });
    execFileSync('mkfifo', ['pipe', 'packed-pipe'], { cwd: folder });
    const writing = Promise.all([
      writeFile(join(folder, 'pipe'), LOG),
      writeFile(join(folder, 'packed-pipe'), gzipSync(LOG)),
    ]);
    const found = await codesFound(folder, 'inv_0301', 'pipe', 'cl260301.log', 'packed-pipe');
    expect([...found].sort()).toEqual([0, 0, 0, 10060, 10060, 10060]);
    await writing;
  });

  it('reads files, masks, folders, several nodes, gzip, zip and UTF-16 of PowerShell alike', async () => {
    const folder = await folderWith({
      'cl260301.log': LOG,
      'packed/cl260301.log.gz': gzipSync(LOG),
      'wide.log': Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(LOG, 'utf16le')]),
      'nodeA/cl260301.log': LOG,
      'nodeB/cl260301.log': LOG.replaceAll('orders', 'batch'),
    });
    zipOf(folder, 'logs.zip', ['cl260301.log', 'nodeA/cl260301.log']);
    expect(await codesFound(folder, '', 'cl260301.log')).toEqual([10060, 0, 226]);
    expect(await codesFound(folder, 'inv_0301', 'cl*.log')).toEqual([10060, 0]);
    expect(await codesFound(folder, '', 'packed')).toEqual([10060, 0, 226]);
    expect(await codesFound(folder, 'file:inv_0301.xml', 'packed/cl260301.log.gz')).toEqual([10060, 0]);
    expect(await codesFound(folder, '', 'wide.log')).toEqual([10060, 0, 226]);
    expect(await codesFound(folder, '', 'logs.zip')).toEqual([10060, 10060, 0, 0, 226, 226]);
    expect(await codesFound(folder, '', 'nodeA', 'nodeB')).toEqual([10060, 10060, 0, 0, 226, 226]);
    const stats = await tally(['log', 'stats', '--by', 'code', '--jsonl', 'logs.zip', 'packed', 'nodeA'], {
      folder,
    });
    const groups = stats.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(groups).toHaveLength(3);
    expect(groups).toContainEqual(expect.objectContaining({ code: 10060, records: 4, failed: 4 }));
    expect(groups).toContainEqual(expect.objectContaining({ code: 226, records: 4, inferred: 4 }));
  });

  it('reads stdin beside files, however many threads there are', async () => {
    const folder = await folderWith({ 'cl260301.log': LOG.repeat(100_000), 'a.log.gz': gzipSync(LOG) });
    const words = ['--by', 'code', '--jsonl', '--jobs', '3', 'cl260301.log', '-', 'a.log.gz'];
    const { stdout } = await tally(['log', 'stats', ...words], { folder, input: LOG });
    const groups = stdout.trim().split('\n');
    expect(groups.map((line) => (JSON.parse(line) as { records: number }).records)).toEqual([
      100_002, 100_002, 100_002,
    ]);
    const found = await tally(['log', 'find', 'code:226', '-', '--raw'], { folder, input: LOG });
    expect(found.stdout).toBe(`${LOG.split('\n')[2]}\n`);
  });

  it('reads the folder of the settings when none is named', async () => {
    const folder = await folderWith({ 'logs/cl260301.log': LOG });
    expect(await codesFound(folder, 'result:failed')).toEqual([10060]);
  });

  it('merges nodes in different zones by the moment', async () => {
    const folder = await folderWith({
      'berlin/cl260301.log': '2026-03-01 10:30:00; ftp; h; 21; u; a; b; upload; 226;\n',
      'newyork/cl260301.log': '2026-03-01 04:00:00; ftp; h; 21; u; a; b; upload; 550;\n',
    });
    const zones = ['--time-zone', 'berlin=Europe/Berlin', '--time-zone', 'newyork=America/New_York'];
    expect(await codesFound(folder, '', 'berlin', 'newyork', ...zones)).toEqual([550, 226]);
  });

  it('gives the lines back byte for byte', async () => {
    const latin1 = Buffer.from(
      '2026-03-01 10:30:00;ftp;h;21;u;C:\\J\xfcrgen.txt;/J\xfcrgen.txt;upload;226\r\n',
      'latin1',
    );
    const folder = await folderWith({ 'cl260301.log': latin1 });
    const { stdout, exitCode } = await tally(['log', 'find', 'jürgen', 'cl260301.log', '--raw'], {
      folder,
      encoding: 'latin1',
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: latin1.toString('latin1') });
  });
});

describe('what cannot be read', () => {
  const refusals: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['a missing file', ['log', 'stats', 'gone.log'], 3, /there is no file or folder gone\.log/],
    ['a folder without logs', ['log', 'stats', 'empty'], 7, /empty is a folder without client logs/],
    ['a mask that fits nothing', ['log', 'find', 'x', 'cl99*.log'], 3, /no file or folder cl99\*\.log/],
    ['a query in the place of a file', ['log', 'find', 'cl260301.log'], 2, /is a file; say before it what/],
    ['a damaged zip', ['log', 'stats', 'broken.zip'], 7, /broken\.zip cannot be read/],
    ['a zip without logs', ['log', 'stats', 'other.zip'], 7, /without client logs/],
    ['a query with a mistake', ['log', 'find', 'hots:acme', 'cl260301.log'], 2, /did you mean|host/i],
    ['a group that does not exist', ['log', 'stats', '--by', 'partnr', 'cl260301.log'], 2, /"partner"/],
  ];

  it.each(refusals)(
    '%s is told with its name and an exit code of its own',
    async (_name, words, code, text) => {
      const folder = await folderWith({
        'cl260301.log': LOG,
        'empty/readme.txt': '',
        'broken.zip': 'PK\x03\x04xx',
      });
      zipOf(folder, 'other.zip', ['empty/readme.txt']);
      execFileSync(
        'python3',
        ['-c', 'import zipfile;zipfile.ZipFile("other.zip","w").writestr("a.bin","x")'],
        {
          cwd: folder,
        },
      );
      const { exitCode, stderr } = await tally(words, { folder });
      expect(stderr).toMatch(text);
      expect(exitCode).toBe(code);
    },
  );

  it('a cut gzip gives the lines up to the cut, and says so', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) =>
      LOG.replaceAll('inv_0301', `inv_${(index * 2_654_435_761) % 4_294_967_291}`),
    ).join('');
    const packed = gzipSync(many);
    const folder = await folderWith({ 'cl260301.log.gz': packed.subarray(0, packed.length / 2) });
    const { exitCode, stdout, stderr } = await tally(
      ['log', 'find', 'code:226', 'cl260301.log.gz', '--raw'],
      {
        folder,
      },
    );
    expect(stdout.split('\n').length).toBeGreaterThan(1000);
    expect(stderr).toContain('ends in the middle of its packed data');
    expect(exitCode).toBe(7);
  });

  it('a binary file is counted as malformed lines, not as nothing', async () => {
    const folder = await folderWith({ 'cl260301.log': Buffer.from([0, 1, 2, 10, 0xff, 10, 7]) });
    const { exitCode, stderr } = await tally(['log', 'stats', 'cl260301.log'], { folder });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringMatching(/There are no records\.\n.*2 malformed, 1 without its end/) as string,
    });
  });

  it('a file without the right to read it is a refusal', async () => {
    const folder = await folderWith({ 'cl260301.log': LOG });
    await chmod(folder, 0o755);
    await chmod(join(folder, 'cl260301.log'), 0);
    const { exitCode, stderr } = await tally(['log', 'stats', 'cl260301.log'], { folder, userId: 65_534 });
    expect(stderr).toContain('cl260301.log may not be read by this user');
    expect(exitCode).toBe(4);
  });

  it('an early end of the reader ends the command quietly', async () => {
    const folder = await folderWith({ 'cl260301.log': LOG.repeat(50_000) });
    const { exitCode, stderr } = await tally(['log', 'find', '', 'cl260301.log'], {
      folder,
      started: ({ stdout }) => stdout?.once('data', () => stdout.destroy()),
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});

describe('large logs', () => {
  it('several threads count and find what one does', async () => {
    const folder = await folderWith({ 'cl260301.log': LOG.repeat(100_000) });
    await appendFile(join(folder, 'cl260301.log'), LOG.replaceAll('inv_0301', 'the_one'));
    const run = (words: readonly string[]) => tally(['log', ...words, 'cl260301.log'], { folder });
    for (const words of [
      ['stats', '--by', 'code,host,hour', '--jsonl'],
      ['stats', '--by', 'code', '--jsonl', '--where', 'result:failed'],
      ['find', 'the_one', '--jsonl'],
      ['find', 'result:failed port:22 -path:inv_0301', '--jsonl'],
    ]) {
      const alone = await run([...words, '--jobs', '1']);
      const together = await run([...words, '--jobs', '3']);
      expect(together).toEqual(alone);
      expect(alone.stdout.length).toBeGreaterThan(10);
    }
    const { stdout } = await run(['find', 'the_one', '--jsonl']);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { line: number }).line);
    expect(lines).toEqual([300_001, 300_002]);
  });

  it('what is appended while a file is read is left for the next look', async () => {
    const folder = await folderWith({ 'cl260301.log': LOG.repeat(200_000) });
    const path = join(folder, 'cl260301.log');
    const { exitCode, stdout, stderr } = await tally(['log', 'find', '', 'cl260301.log', '--raw'], {
      folder,
      started: ({ stdout: pipe }) => pipe?.once('data', () => appendFileSync(path, LOG.repeat(1000))),
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.length).toBe(LOG.length * 200_000);
  });

  it('a file that is cut while it is read is told, and what was read is given', async () => {
    const folder = await folderWith({ 'cl260301.log': LOG.repeat(200_000) });
    const path = join(folder, 'cl260301.log');
    const { exitCode, stdout, stderr } = await tally(['log', 'find', '', 'cl260301.log', '--raw'], {
      folder,
      started: ({ stdout: pipe }) => pipe?.once('data', () => truncateSync(path, 1000)),
    });
    expect(stderr).toContain('cl260301.log became shorter while it was read');
    expect(stdout.length).toBeGreaterThan(0);
    expect(exitCode).toBe(0);
    expect((await readFile(path)).length).toBe(1000);
  });
});
