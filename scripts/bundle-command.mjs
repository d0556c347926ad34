import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Puts the command into few files, each loaded only when it is needed: half the start time of the many files of the
 * library. ssh2 and better-sqlite3 stay outside, as they load native addons; openpgp, which makes a require of its own; hyparquet-writer, as it may not be installed.
 */
export async function bundleCommand(folder) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  await build({
    absWorkingDir: root,
    entryPoints: { tally: 'src/cli/main.ts', 'scan-worker': 'src/engine/log-files/scan-worker.ts' },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['ssh2', 'hyparquet-writer', 'better-sqlite3', 'openpgp'],
    logLevel: 'warning',
    // Bundled CommonJS modules call require for Node's own modules; the name must be nobody else's.
    banner: {
      js: "import{createRequire as requireForBundle}from'node:module';const require=requireForBundle(import.meta.url);",
    },
  });
  writeFileSync(resolve(root, folder, 'tally.cjs'), STARTER, { mode: 0o755 });
}

/**
 * What the name `tally` starts. A share that hangs keeps one of the threads that serve all files of the process, and
 * Node reads how many there are before the first module of this kind is loaded.
 */
const STARTER = `#!/usr/bin/env node
process.env.UV_THREADPOOL_SIZE ??= '16';
import('./tally.js');
`;
