import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProgramOrder } from '../../runs/run-services.js';
import { nodeCommands } from '../node-commands.js';
import { nodeClock } from './node-clock.js';
import { createNodePrograms } from './node-programs.js';

const environment = { PATH: process.env['PATH'], HOME: '/nowhere', TALLY_PASSWORD: 'hush-hush' };
const programs = createNodePrograms(nodeClock, environment, nodeCommands);

function order(script: string, changes: Partial<ProgramOrder> = {}): ProgramOrder {
  return {
    command: [process.execPath, '-e', script],
    environment: {},
    timeoutMs: 30_000,
    maxOutputBytes: 10_000,
    signal: new AbortController().signal,
    ...changes,
  };
}

/** Resolves once the file holds something: the program under test says there that it is under way. */
async function written(file: string): Promise<string> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return text.trim();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a program of a rule', () => {
  it('gives its exit code and both outputs', async () => {
    const end = await programs.run(order(`console.log('out'); console.error('err'); process.exit(3)`));
    expect(end).toEqual({
      exitCode: 3,
      endedBy: 'itself',
      stdout: 'out\n',
      stderr: 'err\n',
      droppedBytes: 0,
    });
  });

  it('gets its arguments as they are: nothing is read as shell', async () => {
    const script = 'console.log(JSON.stringify(process.argv.slice(1)))';
    const hostile = ['$(touch x)', '; ls', '`id`', '*', '--', "it's", 'a b', ''];
    const { stdout } = await programs.run(
      order('', { command: [process.execPath, '-e', script, '--', ...hostile] }),
    );
    expect(JSON.parse(stdout)).toEqual(hostile);
  });

  it('sees only the harmless part of our environment, and what its rule gives it', async () => {
    const script =
      'console.log(JSON.stringify([process.env.HOME, process.env.MINE, process.env.TALLY_PASSWORD]))';
    const { stdout } = await programs.run(order(script, { environment: { MINE: 'x' } }));
    expect(JSON.parse(stdout)).toEqual(['/nowhere', 'x', null]);
  });

  it('is ended at its time limit although it does not listen, and its child with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tally-programs-'));
    const child = join(folder, 'child.cjs');
    await writeFile(
      child,
      `process.on('SIGTERM', () => {}); require('fs').writeFileSync(process.argv[2], process.pid + '\\n'); setInterval(() => {}, 1000)`,
    );
    const note = join(folder, 'pid');
    const script = `process.on('SIGTERM', () => process.exit(9)); require('child_process').spawn(process.execPath, [${JSON.stringify(child)}, ${JSON.stringify(note)}], { stdio: 'ignore' }); setInterval(() => {}, 1000)`;
    const abort = new AbortController();
    const running = programs.run(order(script, { signal: abort.signal }));
    const pid = Number(await written(note));
    abort.abort();
    const end = await running;
    expect(end.endedBy).toBe('cancel');
    while (isAlive(pid)) await new Promise((resolve) => setImmediate(resolve));
  });

  it('is ended by the limit of time', async () => {
    const end = await programs.run(order('setInterval(() => {}, 1000)', { timeoutMs: 200 }));
    expect(end.endedBy).toBe('timeLimit');
  });

  it('may flood its output: the first bytes are kept, the program goes on to its end', async () => {
    const script = `const block = 'x'.repeat(65536); for (let i = 0; i < 160; i += 1) require('fs').writeSync(1, block)`;
    const end = await programs.run(order(script, { maxOutputBytes: 1000 }));
    expect(end.exitCode).toBe(0);
    expect(end.stdout).toHaveLength(1000);
    expect(end.droppedBytes).toBeGreaterThan(1_000_000);
  });

  it('that does not exist rejects with the reason', async () => {
    await expect(programs.run(order('', { command: ['/no/such/program'] }))).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
