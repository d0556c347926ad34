/**
 * The log commands beside their peers, on a generated log of 5,000,000 lines (about 680 MB) and on one of 10 GB.
 *
 *   npm run bench:logs                                  5 rounds
 *   npm run bench:logs -- --rounds 3 --lines 500000     smaller
 *   npm run bench:logs -- --only count,days,find,tail,memory   some of the tables
 *   npm run bench:logs -- --keep                        the logs stay for the next run
 *
 * How it is measured, and why so: docs/decisions/0005-how-the-log-commands-are-measured.md.
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeLogs, type BenchLogs } from './log-peers/bench-logs.js';
import { countTools, duckdb, duckdbResult, type CountTool } from './log-peers/count-tools.js';
import { FIGURE_HEADS, cellsOf, markdownTable, runRounds, type Figures } from './log-peers/rounds.js';
import { median, runMeasured, secondsToLines, type Command } from './measure.js';

const SECTIONS = ['count', 'days', 'find', 'tail', 'memory'] as const;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    lines: { type: 'string', default: '5000000' },
    only: { type: 'string', default: SECTIONS.join(',') },
    keep: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const tally = join(import.meta.dirname, '../dist/bin/tally.js');

function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

/** One figure that cannot be had takes none of the others with it, but the bench fails. */
function complain(about: string, error: unknown): void {
  process.exitCode = 1;
  say(`${about}: ${error instanceof Error ? error.message : String(error)}`);
}

function tallyCommand(...args: string[]): Command {
  return { program: process.execPath, args: [tally, 'log', ...args] };
}

/** Reads a file once, so that every tool finds it in memory. */
function warm(path: string): void {
  execFileSync('sh', ['-c', 'cat "$1" | cat > /dev/null', 'sh', path]);
}

async function countTable({ file, truth }: BenchLogs): Promise<string> {
  const tools = countTools(tally);
  const rivals = tools.map(({ name, command, isSlow }) => ({
    name,
    command: command(file),
    isSlow: isSlow === true,
  }));
  const figures = await runRounds(rivals, rounds, say);
  const rows = figures.map((each, index) => [
    each.name,
    ...cellsOf(each, figures[0], truth.bytes),
    verdictOn(tools[index] as CountTool, each, truth),
  ]);
  const table = markdownTable(['lines by code', ...FIGURE_HEADS, 'counts'], rows);
  return `${table}\n${duckdbNote(figures)}`;
}

/** Whether the counts are true; only odd lines may make a difference. Throws an Error when more than those do. */
function verdictOn(tool: CountTool, { runs }: Figures, truth: BenchLogs['truth']): string {
  if (tool.incomparable !== undefined) return tool.incomparable;
  const counts = tool.counts(runs[0]?.stdout.toString() ?? '');
  const off = Object.entries(truth.byCode).reduce(
    (sum, [code, lines]) => sum + Math.abs(lines - (counts.get(code) ?? 0)),
    0,
  );
  const odd = Object.values(truth.oddities).reduce((sum, lines) => sum + lines, 0);
  if (off > odd) throw new Error(`${tool.name} miscounts ${off} lines, and only ${odd} are odd ones`);
  return off === 0 ? 'exact' : `${off} of the ${odd} odd lines wrong`;
}

function duckdbNote(figures: readonly Figures[]): string {
  const runs = figures.find(({ name }) => name === duckdb.name)?.runs ?? [];
  const alone = median(runs.map(({ stdout }) => duckdbResult(stdout.toString()).querySeconds));
  return `DuckDB's query alone, without starting its process: ${alone.toFixed(2)} s (median).\n`;
}

async function daysTable({ dayMask, truth }: BenchLogs): Promise<string> {
  const tools = countTools(tally).filter(({ name }) => ['tally', duckdb.name].includes(name));
  const rivals = tools.map(({ name, command }) => ({ name, command: command(dayMask), isSlow: false }));
  const figures = await runRounds(rivals, rounds, say);
  const rows = figures.map((each, index) => [
    each.name,
    ...cellsOf(each, figures[0], truth.bytes),
    verdictOn(tools[index] as CountTool, each, truth),
  ]);
  return markdownTable(['the same in 30 files', ...FIGURE_HEADS, 'counts'], rows);
}

async function findTable({ file, truth }: BenchLogs): Promise<string> {
  const { name, lines } = truth.needle;
  const grep = (locale: string) => ({
    name: `grep -aF, ${locale}`,
    command: { program: 'grep', args: ['-aF', name, file], environment: { LC_ALL: locale } },
    isSlow: false,
  });
  const rivals = [
    { name: 'tally', command: tallyCommand('find', name, file, '--raw'), isSlow: false },
    grep('C'),
    grep('C.UTF-8'),
  ];
  const figures = await runRounds(rivals, rounds, say);
  for (const each of figures) {
    const found = each.runs[0]?.stdout.toString().split('\n').filter(Boolean).length;
    if (found !== lines) throw new Error(`${each.name} found ${found} lines, not ${lines}`);
  }
  const rows = figures.map((each) => [each.name, ...cellsOf(each, figures[0], truth.bytes)]);
  return markdownTable([`a name in ${lines} lines`, ...FIGURE_HEADS], rows);
}

async function tailTable({ huge }: BenchLogs): Promise<string> {
  if (huge === undefined) return 'No room for a log of 10 GB: tail was not measured.\n';
  const rivals = [
    { name: 'tally log tail', command: tallyCommand('tail', huge) },
    { name: 'tail (coreutils)', command: { program: 'tail', args: [huge] } },
  ];
  const rows: string[][] = [];
  for (const { name, command } of rivals) {
    const ms: number[] = [];
    for (let round = 0; round < rounds; round += 1) ms.push((await secondsToLines(command, 10)) * 1000);
    rows.push([name, median(ms).toFixed(0), `${Math.min(...ms).toFixed(0)}-${Math.max(...ms).toFixed(0)}`]);
  }
  return markdownTable(['ten lines of 10 GB', 'median ms', 'min-max ms'], rows);
}

async function memoryTable({ file, truth, huge }: BenchLogs): Promise<string> {
  const report = join(tmpdir(), `tally-bench-report-${process.pid}.html`);
  const commands: readonly (readonly [string, Command])[] = [
    ['stats --by code', tallyCommand('stats', '--by', 'code', file)],
    ['stats --by partner,hour', tallyCommand('stats', '--by', 'partner,hour', file)],
    ['find', tallyCommand('find', truth.needle.name, file)],
    ['find result:failed', tallyCommand('find', 'result:failed', file)],
    ['tail', tallyCommand('tail', file)],
    ['chart', tallyCommand('chart', file)],
    ['incidents', tallyCommand('incidents', file)],
    // Odd lines are what `check` is for; it ends with 6.
    ['check', { ...tallyCommand('check', file), goodCodes: [0, 6] }],
    ['report', tallyCommand('report', file, '-o', report)],
    ...(huge === undefined
      ? []
      : [['stats --by code, 10 GB', tallyCommand('stats', '--by', 'code', huge)] as const]),
  ];
  const rows: string[][] = [];
  for (const [name, command] of commands) {
    say(`memory of ${name}`);
    try {
      const { seconds, cpuSeconds, peakMiB } = await runMeasured(command);
      rows.push([name, peakMiB.toFixed(0), seconds.toFixed(2), cpuSeconds.toFixed(2)]);
    } catch (error) {
      complain(name, error);
    }
  }
  rmSync(report, { force: true });
  return markdownTable(['tally log', 'peak MiB', 's (one run)', 'CPU s'], rows);
}

const TABLES = {
  count: countTable,
  days: daysTable,
  find: findTable,
  tail: tailTable,
  memory: memoryTable,
} satisfies Record<(typeof SECTIONS)[number], (logs: BenchLogs) => Promise<string>>;

const wanted = SECTIONS.filter((name) => values.only.split(',').includes(name));
const isHugeWanted = wanted.includes('tail') || wanted.includes('memory');
const logs = makeLogs(Number(values.lines), isHugeWanted ? 'with huge' : 'without huge', say);
try {
  warm(logs.file);
  process.stdout.write(
    `${logs.truth.lines} lines, ${(logs.truth.bytes / 1_000_000).toFixed(0)} MB, ${rounds} rounds, ` +
      `Node ${process.version}, ${availableParallelism()} cores, ${new Date().toISOString().slice(0, 10)}\n`,
  );
  for (const section of wanted) {
    try {
      process.stdout.write(`\n${await TABLES[section](logs)}`);
    } catch (error) {
      complain(section, error);
    }
  }
} finally {
  if (!values.keep) logs.remove();
}
