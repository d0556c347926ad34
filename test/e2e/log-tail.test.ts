import { spawn } from 'node:child_process';
import { appendFile, mkdir, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ClientLogWriter } from '../../src/client-log/client-log-writer.js';
import type { ClientLogFacts } from '../../src/client-log/log-facts.js';
import { ManualClock } from '../../src/client-log/manual-clock.testing.js';
import { temporaryFolder } from '../platform/temporary-folder.js';
import { testPlatform } from '../platform/test-platform.js';
import { tally, tallyProgram, type TallyRun } from './tally-process.js';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

/** A line as EFT writes it, of nine columns. */
function eftLine(name: string, { time = '2026-03-01 02:10:44', code = 226 } = {}): string {
  return `${time}; ftp; ftp.acme.example; 21; batch; D:\\out\\${name}; /in/${name}; upload; ${code};`;
}

/** A line as Tallyman writes it, of ten columns. */
function ourLine(name: string, { time = '2026-03-01 02:10:44', code = 0, result = 0 } = {}): string {
  return `${time}; sftp; sftp.acme.example; 22; batch; /out/${name}; /in/${name}; upload; ${code}; ${result};`;
}

const run = (...words: string[]): Promise<TallyRun> => tally(['log', 'tail', ...words], { folder });
const path = (...names: string[]) => join(folder, ...names);

/** A command that goes on: lines are awaited as they come. */
interface Following {
  /** The next line of stdout. */
  line(): Promise<string>;
  /** The next line of stderr. */
  note(): Promise<string>;
  readonly input: NodeJS.WritableStream;
  /** The reader goes away. */
  closeOutput(): void;
  /** Resolves when the process has ended, with what nobody has awaited. */
  readonly ended: Promise<TallyRun>;
  interrupt(): void;
}

function follow(...words: string[]): Following {
  const child = spawn(process.execPath, [tallyProgram, 'log', 'tail', '-f', ...words], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const output = lineQueue(child.stdout);
  const errors = lineQueue(child.stderr);
  const ended = new Promise<TallyRun>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout: output.rest(), stderr: errors.rest() }));
  });
  return {
    line: output.next,
    note: errors.next,
    input: child.stdin,
    closeOutput: () => child.stdout.destroy(),
    ended,
    interrupt: () => void child.kill('SIGINT'),
  };
}

function lineQueue(stream: Readable) {
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: stream }).on('line', (line) => {
    const next = waiting.shift();
    if (next === undefined) lines.push(line);
    else next(line);
  });
  return {
    next: () => {
      const line = lines.shift();
      return line === undefined
        ? new Promise<string>((resolve) => waiting.push(resolve))
        : Promise.resolve(line);
    },
    rest: () => lines.join('\n'),
  };
}

describe('tally log tail', () => {
  it('shows the last lines of the newest file of a folder in words, one line each, parted by tabs', async () => {
    await writeFile(path('cl260228.log'), `${eftLine('old.xml')}\r\n`);
    await writeFile(
      path('cl260301.log'),
      [eftLine('a.xml'), eftLine('b.xml', { code: 530 }), 'rubbish\u001b[31m', ourLine('c.xml')].join(
        '\r\n',
      ) + '\r\n',
    );
    const { exitCode, stdout, stderr } = await run('-n', '3', folder);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.split('\n')).toEqual([
      '2026-03-01 02:10:44\tfailed (inferred)\tftp.acme.example\tupload\tD:\\out\\b.xml\t/in/b.xml\t530 login refused',
      'malformed: it has 1 column instead of 9 or 10: rubbish\\x1b[31m',
      '2026-03-01 02:10:44\tsucceeded\tsftp.acme.example\tupload\t/out/c.xml\t/in/c.xml\t0 completed',
      '',
    ]);
  });

  it('takes the folder of the settings where nothing is named', async () => {
    await mkdir(path('eft-logs'));
    await writeFile(path('eft-logs', 'cl260301.log'), `${ourLine('a.xml')}\n`);
    await writeFile(
      path('tallyman.yaml'),
      'clientLog: { folder: ./eft-logs }\nconnections: { acme: { url: sftp://batch@sftp.acme.example } }\n',
    );
    expect((await run()).stdout).toContain('\tacme\tupload\t/out/a.xml\t');
  });

  it('shows only failures, or what a query says, and how far it has looked', async () => {
    await writeFile(
      path('cl260301.log'),
      [ourLine('a.xml', { code: 4, result: 1 }), ourLine('b.xml'), eftLine('c.xml', { code: 550 })].join(
        '\n',
      ) + '\n',
    );
    const names = ({ stdout }: TallyRun) => [...stdout.matchAll(/\/in\/(\w+)/g)].map(([, name]) => name);
    expect(names(await run('--failed', folder))).toEqual(['a', 'c']);
    expect(names(await run('--failed', '--where', 'host:ftp*', folder))).toEqual(['c']);
    await appendFile(path('cl260301.log'), 'rubbish\n');
    expect((await run('--failed', folder)).stderr).toBe(
      'warning: one line that is no record was passed over; tally log check tells why\n',
    );
    const nothing = await run('--where', 'c.xml code:226', folder);
    expect([nothing.exitCode, nothing.stdout, nothing.stderr]).toEqual([0, '', 'no line to show\n']);
  });

  it('prints the bytes as they stand with --raw, a line of a megabyte and Windows-1252 among them', async () => {
    const content = Buffer.from(
      `${eftLine('a.xml')}\r\n${ourLine('x'.repeat(500_000))}\n${eftLine('stra\u00dfe')}\n`,
      'latin1',
    );
    await writeFile(path('cl260301.log'), content);
    const child = spawn(process.execPath, [tallyProgram, 'log', 'tail', '--raw', folder], {
      env: { HOME: folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
  });

  it('gives the data of each record with --jsonl, without a number that is not known', async () => {
    await writeFile(
      path('cl260301.log'),
      `${eftLine('a.xml')}\nrubbish\n${ourLine('b.xml', { code: 4, result: 1 })}`,
    );
    const { stdout, stderr } = await run('--jsonl', '--time-zone', 'Europe/Berlin', folder);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records).toEqual([
      expect.objectContaining({ instant: '2026-03-01T02:10:44+01:00', result: 'succeeded', inferred: true }),
      expect.objectContaining({ code: 4, result: 'failed', inferred: false, file: path('cl260301.log') }),
    ]);
    expect(records.some((record) => 'line' in record)).toBe(false);
    expect(stderr).toBe(`warning: ${path('cl260301.log')}: a line that is no record: rubbish\n`);
  });

  it('merges several nodes by time and says which one a line is of', async () => {
    await mkdir(path('nodeA', 'Logs'), { recursive: true });
    await mkdir(path('nodeB', 'Logs'), { recursive: true });
    await writeFile(
      path('nodeA', 'Logs', 'cl260301.log'),
      `${eftLine('a.xml', { time: '2026-03-01 10:00:02' })}\n`,
    );
    await writeFile(
      path('nodeB', 'Logs', 'cl260301.log'),
      `${eftLine('b.xml', { time: '2026-03-01 10:00:01' })}\n`,
    );
    const { stdout } = await run('nodeA/Logs', 'nodeB/Logs');
    expect(stdout.split('\n').map((line) => line.split('\t').slice(0, 2))).toEqual([
      ['nodeB', '2026-03-01 10:00:01'],
      ['nodeA', '2026-03-01 10:00:02'],
      [''],
    ]);
  });

  it('shows the end of a packed log and of a mask', async () => {
    await writeFile(path('cl260301.log.gz'), gzipSync(`${eftLine('a.xml')}\n${eftLine('b.xml')}\n`));
    expect((await run('-n', '1', 'cl260301.log.gz')).stdout).toContain('/in/b.xml');
    expect((await run('-n', '1', 'cl26*.gz')).stdout).toContain('/in/b.xml');
  });

  it('says what is not there, holds no logs, or cannot be meant', async () => {
    const codes = async (...words: string[]) => {
      const { exitCode, stderr } = await run(...words);
      return [exitCode, stderr.split('\n')[0]];
    };
    expect(await codes('none')).toEqual([3, 'tally log tail: there is no file or folder none']);
    expect(await codes(folder)).toEqual([
      7,
      `tally log tail: ${folder} is a folder without client logs (cl[yymmdd].log)`,
    ]);
    expect((await codes('-n', 'many'))[0]).toBe(2);
    expect((await codes('--raw', '--jsonl'))[0]).toBe(2);
    expect((await codes('--where', 'nonsense:1'))[0]).toBe(2);
    expect((await codes('-f', '-', 'a.log'))[0]).toBe(2);
  });
});

describe('tally log tail -f', () => {
  it('follows what Tallyman writes over midnight, ends by Ctrl-C without a word, and with 130', async () => {
    const clock = new ManualClock('2026-03-01T23:59:59Z');
    const writer = new ClientLogWriter(testPlatform({ clock }), {
      folder,
      tenthColumn: true,
      timeZone: 'UTC',
    });
    await writer.append(facts(clock, 'a.xml'));
    const following = follow(folder);
    expect(await following.line()).toContain('/in/a.xml');
    await writer.append(facts(clock, 'b.xml'));
    expect(await following.line()).toContain('/in/b.xml');
    clock.advance(2000);
    await writer.append(facts(clock, 'c.xml'));
    expect(await following.line()).toMatch(/^2026-03-02 00:00:01\tsucceeded\t.*\/in\/c\.xml/);
    expect(await following.note()).toBe(`going on with ${path('cl260302.log')}`);
    await appendFile(path('cl260301.log'), `${ourLine('late.xml')}\n`);
    expect(await following.line()).toContain('/in/late.xml');
    await writer.close();
    following.interrupt();
    expect(await following.ended).toEqual({ exitCode: 130, stdout: '', stderr: '' });
  });

  it('holds back an unfinished line, and tells truncation and replacement', async () => {
    const log = path('cl260301.log');
    await writeFile(log, `${eftLine('a.xml')}\r\n${eftLine('b.xml').slice(0, 50)}`);
    const following = follow(log);
    expect(await following.line()).toContain('/in/a.xml');
    await appendFile(log, `${eftLine('b.xml').slice(50)}\r\n`);
    expect(await following.line()).toContain('/in/b.xml');
    await truncate(log, 0);
    expect(await following.note()).toBe(`warning: ${log} was cut short or written anew; from its start`);
    await writeFile(path('new'), `${eftLine('c.xml')}\r\n`);
    await rename(path('new'), log);
    expect(await following.line()).toContain('/in/c.xml');
    expect(await following.note()).toBe(`${log} is another file now; from its start`);
    following.interrupt();
    expect((await following.ended).exitCode).toBe(130);
  });

  it('waits for a folder that does not exist yet', async () => {
    const following = follow('later');
    expect(await following.note()).toBe('warning: later is not there; waiting for it');
    await mkdir(path('later'));
    expect(await following.note()).toBe('later is there now; from its start');
    expect(await following.note()).toBe('later holds no client log (cl[yymmdd].log) yet; waiting for one');
    await writeFile(path('later', 'cl260301.log'), `${eftLine('a.xml')}\n`);
    expect(await following.line()).toContain('/in/a.xml');
    following.interrupt();
    expect((await following.ended).exitCode).toBe(130);
  });

  it('ends quietly when nobody reads any more', async () => {
    await writeFile(path('cl260301.log'), `${eftLine('a.xml')}\n`);
    const following = follow(folder);
    await following.line();
    following.closeOutput();
    await appendFile(path('cl260301.log'), `${eftLine('b.xml')}\n`);
    expect(await following.ended).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('shows what comes by stdin as it comes, and ends with it', async () => {
    const following = follow('--failed', '-');
    following.input.write(`${eftLine('a.xml')}\n${eftLine('b.xml', { code: 550 })}\n`);
    expect(await following.line()).toContain('/in/b.xml');
    following.input.write(eftLine('c.xml', { code: 550 }));
    following.input.end();
    expect(await following.line()).toMatch(/\/in\/c\.xml.*\tline not finished$/);
    expect(await following.ended).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('is ended by Ctrl-C while it waits for stdin', async () => {
    const following = follow('-');
    following.input.write(`${eftLine('a.xml')}\n`);
    await following.line();
    following.interrupt();
    expect((await following.ended).exitCode).toBe(130);
  });
});

function facts(clock: ManualClock, name: string): ClientLogFacts {
  return {
    endedMs: clock.now(),
    protocol: 'sftp',
    host: 'sftp.acme.example',
    port: 22,
    user: 'batch',
    localPath: `/out/${name}`,
    remotePath: `/in/${name}`,
    operation: 'upload',
    lastCode: 0,
    result: 'succeeded',
  };
}
