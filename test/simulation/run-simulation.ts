import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUNDLE = '.cache/simulation/simulate.js';

/**
 * Bundles the simulation into one file and runs it in a process of its own. In one file no module is loaded while the
 * simulated clock stands, so that a seed tells the same story each time. Resolves with the exit code.
 */
export async function runSimulation(
  args: readonly string[],
  said: (text: string) => void,
): Promise<number | null> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['test/simulation/simulate.ts'],
    outfile: BUNDLE,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['ssh2', 'hyparquet-writer', 'better-sqlite3'],
    sourcemap: 'inline',
    logLevel: 'warning',
    banner: {
      js: "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);",
    },
  });
  const child = spawn(process.execPath, ['--enable-source-maps', BUNDLE, ...args], { cwd: ROOT });
  child.stdout.setEncoding('utf8').on('data', said);
  child.stderr.setEncoding('utf8').on('data', said);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return exitCode;
}
