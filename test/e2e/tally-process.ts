import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

let program: Promise<string> | undefined;

/** The command as `npm run build` makes it, built once per test file into the cache folder. */
export function tallyProgram(): Promise<string> {
  program ??= bundle();
  return program;
}

async function bundle(): Promise<string> {
  const folder = join(projectFolder, '.cache', `e2e-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  await build({
    absWorkingDir: projectFolder,
    entryPoints: { tally: 'src/cli/main.ts' },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['ssh2'],
    logLevel: 'warning',
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  return join(folder, 'tally.js');
}

export interface TallyRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TallyOptions {
  /** Working folder; also the home folder, so that nothing of the machine's own settings is found. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called once the process runs. */
  readonly started?: (child: ChildProcess) => void;
}

/** Runs `tally` to its end, as a user's shell would, without a terminal. */
export async function tally(words: readonly string[], options: TallyOptions): Promise<TallyRun> {
  const path = await tallyProgram();
  const child = spawn(process.execPath, [path, ...words], {
    cwd: options.folder,
    env: { PATH: process.env['PATH'], HOME: options.folder, TZ: 'UTC', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  options.started?.(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
