import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Exit codes that are no failure; default 0 alone. */
  readonly goodCodes?: readonly number[];
}

/** One run of a command, from the start of its process to the end of its output. */
export interface Run {
  readonly seconds: number;
  /** Of the processor, user and system, all threads. */
  readonly cpuSeconds: number;
  /** The most that was resident at one time. */
  readonly peakMiB: number;
  readonly stdout: Buffer;
}

/**
 * Runs a command to its end under `time`, which alone tells the true peak of memory. Its output goes into a pipe that
 * is read: some tools do less when they write to /dev/null. Rejects with an Error when it ends
 * with another code than `goodCodes`.
 */
export async function runMeasured(command: Command): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'tally-measure-'));
  const figures = join(folder, 'figures');
  try {
    const args = ['-f', '%M %U %S', '-o', figures, command.program, ...command.args];
    const { seconds, stdout } = await runTimed({ ...command, program: '/usr/bin/time', args });
    // An exit code other than 0 gets a line of its own before them.
    const last = readFileSync(figures, 'utf8').trim().split('\n').at(-1) ?? '';
    const [kib = 0, user = 0, system = 0] = last.split(' ').map(Number);
    return { seconds, cpuSeconds: user + system, peakMiB: kib / 1024, stdout };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runTimed(command: Command): Promise<{ readonly seconds: number; readonly stdout: Buffer }> {
  const started = performance.now();
  const child = start(command);
  const output: Buffer[] = [];
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - started) / 1000;
  if ((command.goodCodes ?? [0]).includes(code ?? -1)) return { seconds, stdout: Buffer.concat(output) };
  throw new Error(`${command.program} ${command.args.join(' ')} ended with ${code}: ${complaint}`);
}

/** Seconds from the start of the process until so many lines stand on its stdout; then waits for its end. */
export async function secondsToLines(command: Command, lines: number): Promise<number> {
  const started = performance.now();
  const child = start(command);
  let seen = 0;
  let seconds = Number.NaN;
  child.stdout.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 0x0a) seen += 1;
    if (seen >= lines && Number.isNaN(seconds)) seconds = (performance.now() - started) / 1000;
  });
  child.stderr.resume();
  await once(child, 'close');
  if (Number.isNaN(seconds)) throw new Error(`${command.program} printed ${seen} lines, not ${lines}`);
  return seconds;
}

function start(command: Command) {
  return spawn(command.program, command.args, {
    env: { ...process.env, ...command.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The middle one of an odd number of figures; NaN of none. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
