import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tally, tallyProgram } from './tally-process.js';

let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tally-daemon-'));
  await mkdir(join(folder, 'outbox'));
  await mkdir(join(folder, 'inbox'));
  await writeSettings(`
  by-hand:
    on: { manual: {} }
    do: [{ fail: "no luck today" }]`);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

async function writeSettings(moreRules: string): Promise<void> {
  await writeFile(
    join(folder, 'tallyman.yaml'),
    `clientLog: { folder: ./logs, tenthColumn: true }
stateFolder: ./state
api: { port: 0 }
rules:
  send:
    on: { folder: { path: ./outbox, settle: 50ms, sweep: 1s } }
    do: [{ copy: { from: "%FS.PATH%", to: "${folder}/inbox/%FS.FILE_NAME%" } }]${moreRules}
`,
  );
}

interface RunningDaemon {
  readonly child: ChildProcess;
  /** Its own log so far, a line each. */
  readonly lines: () => readonly { readonly level: string; readonly message: string }[];
  readonly ended: Promise<number | null>;
}

async function startDaemon(): Promise<RunningDaemon> {
  const child = spawn(process.execPath, [tallyProgram, 'daemon'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const lines = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { level: string; message: string });
  await vi.waitFor(() => expect(lines().length).toBeGreaterThan(0), { timeout: 60_000 });
  return { child, lines, ended };
}

const run = (...words: string[]) => tally(words, { folder });

describe('tally daemon', () => {
  it('runs rules, answers the commands, reloads, and stops in good order', async () => {
    const daemon = await startDaemon();
    expect(daemon.lines()[0]?.message).toMatch(/^Tallyman .*API at http:\/\/127\.0\.0\.1:\d+; 2 rules/);
    await writeFile(join(folder, 'outbox', 'a.xml'), 'hello');
    await vi.waitFor(async () => expect(await readdir(join(folder, 'inbox'))).toEqual(['a.xml']), {
      timeout: 60_000,
    });

    expect((await run('status')).stdout).toContain('2 rules');
    const byHand = await run('rules', 'run', 'by-hand', '--wait');
    expect([byHand.exitCode, byHand.stdout]).toEqual([7, expect.stringContaining('no luck today')]);
    const listed = await run('runs', 'list', '--jsonl');
    const runs = listed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { rule: string; state: string });
    expect(runs.map(({ rule, state }) => [rule, state])).toEqual([
      ['by-hand', 'failed'],
      ['send', 'succeeded'],
    ]);

    const second = await run('daemon');
    expect([second.exitCode, second.stderr]).toEqual([7, expect.stringContaining('STORE_BUSY')]);

    await writeSettings('\n  broken: { on: 5 }');
    expect(await run('reload')).toMatchObject({ exitCode: 8 });
    expect((await run('status')).stdout).toContain('2 rules');
    await writeSettings('');
    daemon.child.kill('SIGHUP');
    await vi.waitFor(async () => expect((await run('status')).stdout).toContain('1 rule;'), {
      timeout: 60_000,
    });

    daemon.child.kill('SIGTERM');
    expect(await daemon.ended).toBe(0);
    expect(daemon.lines().at(-1)?.message).toBe('stopped in good order');
    await expect(stat(join(folder, 'state', 'daemon.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  }, 300_000);

  it('that was killed is told as gone; its runs are read without it, with broken rules too; the next one starts', async () => {
    const daemon = await startDaemon();
    await run('rules', 'run', 'by-hand', '--wait');
    daemon.child.kill('SIGKILL');
    await daemon.ended;
    const status = await run('status');
    expect([status.exitCode, status.stderr]).toEqual([10, expect.stringContaining('gone without a stop')]);
    await writeSettings('\n  broken: { on: 5 }');
    expect((await run('runs', 'show', '1')).stdout).toContain('no luck today');
    expect((await run('alarms')).stdout).toContain('by-hand');
    expect((await run('daemon')).exitCode).toBe(8);
    await writeSettings('');
    const next = await startDaemon();
    expect((await run('health')).exitCode).toBe(0);
    next.child.kill('SIGINT');
    expect(await next.ended).toBe(0);
    const token = /tly_[\w-]{43}/;
    for (const { message } of [...daemon.lines(), ...next.lines()]) expect(message).not.toMatch(token);
    const logs = await readdir(join(folder, 'logs'));
    for (const name of logs) expect(await readFile(join(folder, 'logs', name), 'utf8')).not.toMatch(token);
  }, 300_000);
});
