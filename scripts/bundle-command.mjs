import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Puts the command into few files, each loaded only when it is needed: half the start time of the many files of the
 * library. ssh2 and better-sqlite3 stay outside, as they load native addons; hyparquet-writer, as it may not be installed.
 */
export async function bundleCommand(folder) {
  await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: { tally: 'src/cli/main.ts', 'scan-worker': 'src/engine/log-files/scan-worker.ts' },
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['ssh2', 'hyparquet-writer', 'better-sqlite3'],
    logLevel: 'warning',
    // Bundled CommonJS modules call require for Node's own modules.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
}
