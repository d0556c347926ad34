/**
 * What rules cost: from a folder event to the first byte at the target, small files a second through a move with the full
 * ledger, and what 10,000 idle rules take. A real daemon in a process of its own, everything in a new folder.
 *
 *   npm run bench:rules
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const tally = join(import.meta.dirname, '../dist/bin/tally.cjs');
const SETTLE_MS = 200;
const EVENTS = 40;
const FILES = 3_000;
const IDLE_RULES = 10_000;
const IDLE_SECONDS = 60;
/** As the kernel counts processor time. */
const TICKS_PER_SECOND = 100;

interface Daemon {
  readonly process: ChildProcess;
  readonly folder: string;
  stop(): Promise<void>;
}

async function startDaemon(folder: string, rules: string): Promise<Daemon> {
  for (const name of ['in', 'out']) await mkdir(join(folder, name), { recursive: true });
  const head = 'clientLog: { folder: ./logs }\nstateFolder: ./state\napi: { enabled: false }\nrules:\n';
  await writeFile(join(folder, 'tallyman.yaml'), head + rules);
  const child = spawn(process.execPath, [tally, 'daemon'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve) => child.stdout.on('data', () => resolve()));
  child.stdout.resume();
  return {
    process: child,
    folder,
    stop: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const move = (settle: string, more = '') => `  send:
    maxParallel: 256
    on: { folder: { path: ./in, settle: ${settle}, sweep: 1m } }
    do: [ { move: { from: "%FS.PATH%", to: "./out/%FS.FILE_NAME%" } } ]
${more}`;

/** Milliseconds from the end of the settle time to the first entry in the target's folder. */
async function eventLatencies(waitingFiles: number): Promise<readonly number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tally-bench-'));
  await mkdir(join(folder, 'in'), { recursive: true });
  // Files that never count lie there too.
  for (let count = 0; count < waitingFiles; count += 1)
    await writeFile(join(folder, 'in', `old-${count}.tmp`), '');
  const daemon = await startDaemon(folder, move(`${SETTLE_MS}ms`));
  const latencies: number[] = [];
  for (let count = 0; count < EVENTS; count += 1) {
    const seen = firstEntry(join(folder, 'out'));
    await writeFile(join(folder, 'in', `f${count}.xml`), '<a/>');
    const writtenMs = performance.now();
    latencies.push((await seen) - writtenMs - SETTLE_MS);
    // What the move still does in that folder belongs to this one.
    while ((await readdir(join(folder, 'in'))).includes(`f${count}.xml`)) await wait(20);
    await wait(50);
  }
  await daemon.stop();
  return latencies;
}

function firstEntry(folder: string): Promise<number> {
  return new Promise((resolve) => {
    const watcher = watch(folder, () => {
      watcher.close();
      resolve(performance.now());
    });
  });
}

async function folderOfSmallFiles(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tally-bench-'));
  for (const name of ['in', 'out']) await mkdir(join(folder, name));
  for (let count = 0; count < FILES; count += 1)
    await writeFile(join(folder, 'in', `f${count}.xml`), `<a n="${count}"/>`);
  return folder;
}

/**
 * What the machine's disk gives at most: the calls of a safe move alone (read, write under another name, flush, rename,
 * remove; 64 at a time), without rule, ledger, proof or log, and without a flush of the folder.
 */
async function bareMovesPerSecond(): Promise<number> {
  const folder = await folderOfSmallFiles();
  const startMs = performance.now();
  let next = 0;
  const mover = async () => {
    for (let count = next++; count < FILES; count = next++) {
      const source = join(folder, 'in', `f${count}.xml`);
      const temporary = join(folder, 'out', `.f${count}.tmp`);
      const copy = await open(temporary, 'w');
      await copy.write(await readFile(source));
      await copy.sync();
      await copy.close();
      await rename(temporary, join(folder, 'out', `f${count}.xml`));
      await unlink(source);
    }
  };
  await Promise.all(Array.from({ length: 64 }, mover));
  const seconds = (performance.now() - startMs) / 1_000;
  await rm(folder, { recursive: true });
  return FILES / seconds;
}

/** Files a second from the first to the last one delivered. */
async function smallFilesPerSecond(): Promise<number> {
  const folder = await folderOfSmallFiles();
  const daemon = await startDaemon(folder, move('100ms'));
  const delivered = async () =>
    (await readdir(join(folder, 'out'))).filter((name) => name.startsWith('f')).length;
  while ((await delivered()) === 0) await wait(5);
  const startMs = performance.now();
  while ((await delivered()) < FILES) await wait(50);
  const seconds = (performance.now() - startMs) / 1_000;
  await daemon.stop();
  return FILES / seconds;
}

async function idleCost(): Promise<{
  readonly rssMiB: number;
  readonly corePercent: number;
  readonly startMs: number;
}> {
  const folder = await mkdtemp(join(tmpdir(), 'tally-bench-'));
  const rules = Array.from(
    { length: IDLE_RULES },
    (_unused, index) =>
      `  r${index}: { on: { schedule: "${index % 60} ${index % 24} * * 1" }, do: [ { wait: 1s } ] }\n`,
  );
  const beganMs = performance.now();
  const daemon = await startDaemon(folder, rules.join(''));
  const startMs = performance.now() - beganMs;
  await wait(5_000);
  const before = await processorTicks(daemon.process);
  await wait(IDLE_SECONDS * 1_000);
  const ticks = (await processorTicks(daemon.process)) - before;
  const status = await readFile(`/proc/${daemon.process.pid}/status`, 'utf8');
  const rssKiB = Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]);
  await daemon.stop();
  return { rssMiB: rssKiB / 1024, corePercent: (ticks / TICKS_PER_SECOND / IDLE_SECONDS) * 100, startMs };
}

async function processorTicks({ pid }: ChildProcess): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function say(what: string, value: string, goal: string): void {
  process.stdout.write(`| ${what} | ${value} | ${goal} |\n`);
}

process.stdout.write('| what | measured | goal |\n|---|---|---|\n');
for (const count of [0, 20_000]) {
  const latencies = await eventLatencies(count);
  const range = `${Math.min(...latencies).toFixed(0)}-${Math.max(...latencies).toFixed(0)}`;
  say(
    `folder event to first byte, ${count} other files there`,
    `${median(latencies).toFixed(0)} ms (${range})`,
    '100 ms',
  );
}
const rates: number[] = [];
const bare: number[] = [];
for (let round = 0; round < 3; round += 1) {
  bare.push(await bareMovesPerSecond());
  rates.push(await smallFilesPerSecond());
}
const list = (values: readonly number[]) => values.map((value) => value.toFixed(0)).join(', ');
say(
  'small files through a local move, full ledger',
  `${median(rates).toFixed(0)} a second (${list(rates)})`,
  '1,000',
);
say(
  'the file calls of such a move alone, in the same minutes',
  `${median(bare).toFixed(0)} a second (${list(bare)}); ours is ${((median(rates) / median(bare)) * 100).toFixed(0)} % of it`,
  '-',
);
const idle = await idleCost();
say(
  `${IDLE_RULES} idle rules`,
  `${idle.rssMiB.toFixed(0)} MiB, ${idle.corePercent.toFixed(2)} % of a core, up after ${(idle.startMs / 1_000).toFixed(1)} s`,
  '250 MB, 2 %',
);
