import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMAND_FOLDER } from './build-command.js';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** The command, built before the tests from the sources as they are (see build-command.ts). */
export const tallyProgram = join(projectFolder, COMMAND_FOLDER, 'tally.js');

export interface TallyRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TallyOptions {
  /** Working folder; also the home folder, so that nothing of the machine's own settings is found. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** What it reads from stdin; nothing where nothing is said. */
  readonly input?: string;
  /** Of stdout; UTF-8 where nothing is said. */
  readonly encoding?: 'latin1';
  /** Number of the user to run as, where it is not our own. */
  readonly userId?: number;
  /** Called once the process runs. */
  readonly started?: (child: ChildProcess) => void;
}

/** Runs `tally` to its end, as a user's shell would, without a terminal. */
export async function tally(words: readonly string[], options: TallyOptions): Promise<TallyRun> {
  const child = spawn(process.execPath, [tallyProgram, ...words], {
    cwd: options.folder,
    env: { PATH: process.env['PATH'], HOME: options.folder, TZ: 'UTC', ...options.environment },
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(options.userId === undefined ? {} : { uid: options.userId }),
  });
  let stdout = '';
  let stderr = '';
  child.stdin?.end(options.input);
  child.stdout?.setEncoding(options.encoding ?? 'utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  options.started?.(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
