import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the generator says about a log that it made (`--json`). */
export interface MadeTruth {
  readonly lines: number;
  readonly bytes: number;
  readonly byCode: Readonly<Record<string, number>>;
  readonly oddities: Readonly<Record<string, number>>;
  readonly needle: { readonly name: string; readonly lines: number };
}

/** The logs of a bench. */
export interface BenchLogs {
  readonly file: string;
  readonly truth: MadeTruth;
  /** The same lines in one file a day. */
  readonly dayMask: string;
  /** The file over and over again, about 10 GB; undefined when not asked for, or where the disk has no room. */
  readonly huge: string | undefined;
  /** Removes all of them. */
  remove(): void;
}

const HUGE_BYTES = 10_000_000_000;
/** Room that must be left for others. */
const SPARE_BYTES = 2_000_000_000;

/** Makes the logs, or takes those that an earlier run with `--keep` left. `say` gets one line per step. */
export function makeLogs(
  lines: number,
  withHuge: 'with huge' | 'without huge',
  say: (text: string) => void,
): BenchLogs {
  const folder = join(folderWithRoom(lines * 300), `tally-bench-logs-${lines}`);
  const hugeFolder = join(tmpdir(), `tally-bench-logs-${lines}-huge`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'all.log');
  const truthFile = join(folder, 'all.json');
  const days = join(folder, 'days');
  if (!existsSync(truthFile)) {
    say(`making ${lines} lines in ${folder}`);
    generate(['--lines', String(lines), '--days', '30', '--out', days]);
    writeFileSync(truthFile, generate(['--lines', String(lines), '--json', '--out', file]));
  }
  const truth = JSON.parse(readFileSync(truthFile, 'utf8')) as MadeTruth;
  const huge = withHuge === 'with huge' ? makeHuge(hugeFolder, { file, bytes: truth.bytes }, say) : undefined;
  const remove = () => {
    for (const each of [folder, hugeFolder]) rmSync(each, { recursive: true, force: true });
  };
  return { file, truth, dayMask: join(days, 'cl*.log'), huge, remove };
}

function makeHuge(
  folder: string,
  part: { readonly file: string; readonly bytes: number },
  say: (text: string) => void,
): string | undefined {
  const huge = join(folder, 'huge.log');
  if (existsSync(huge) && statSync(huge).size >= HUGE_BYTES) return huge;
  if (!hasRoom(tmpdir(), HUGE_BYTES)) {
    say(`no room for a log of 10 GB in ${tmpdir()}: what needs it is left out`);
    return undefined;
  }
  mkdirSync(folder, { recursive: true });
  const copies = Math.ceil(HUGE_BYTES / part.bytes);
  say(`making a log of 10 GB: ${copies} times the same`);
  execFileSync('sh', [
    '-c',
    'for copy in $(seq "$1"); do cat "$2" || exit 1; done > "$3"',
    'sh',
    String(copies),
    part.file,
    huge,
  ]);
  return huge;
}

/** In memory where there is room, so that no disk is measured. */
function folderWithRoom(bytes: number): string {
  return existsSync('/dev/shm') && hasRoom('/dev/shm', bytes) ? '/dev/shm' : tmpdir();
}

function hasRoom(folder: string, bytes: number): boolean {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > bytes + SPARE_BYTES;
}

function generate(args: readonly string[]): string {
  const script = join(import.meta.dirname, '../generate-log.ts');
  return execFileSync(process.execPath, [...process.execArgv, script, ...args], { encoding: 'utf8' });
}
