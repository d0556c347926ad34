/** Compiles src/ into dist/ when something in src/ or its settings changed since the last time. */
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectFolder, readStamp, run, say } from './setup-support.mjs';

const distFolder = join(projectFolder, 'dist');
const stampFile = join(distFolder, '.build-stamp');
const settings = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'scripts/bundle-command.mjs'];

export async function ensureBuild() {
  const stamp = fingerprint();
  if (readStamp(stampFile) === stamp) return;
  say('building dist/ (tsc)');
  rmSync(stampFile, { force: true });
  removeOrphans();
  const tsc = join(projectFolder, 'node_modules', 'typescript', 'bin', 'tsc');
  run(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { show: true });
  // The bundler is a package that a fresh clone has only by now.
  const { bundleCommand } = await import('./bundle-command.mjs');
  await bundleCommand('dist/bin');
  makeCommandsExecutable();
  writeFileSync(stampFile, stamp);
}

/** Sizes and times, not contents: it is taken at every start and has to be cheap. */
function fingerprint() {
  const hash = createHash('sha256');
  for (const path of [...settings, ...filesIn(join(projectFolder, 'src'))]) {
    const { size, mtimeMs } = statSync(join(projectFolder, path));
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(projectFolder, join(entry.parentPath, entry.name)))
    .sort();
}

/** tsc never removes what it once wrote: without this a deleted module could still be imported from dist/. */
function removeOrphans() {
  if (!existsSync(distFolder)) return;
  for (const path of filesIn(distFolder)) {
    const source = path.replace(/^dist/, 'src').replace(/(\.d\.ts|\.js\.map|\.js)$/, '.ts');
    if (source !== path.replace(/^dist/, 'src') && !existsSync(join(projectFolder, source))) {
      rmSync(join(projectFolder, path));
    }
  }
}

function makeCommandsExecutable() {
  const { bin } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
  for (const path of Object.values(bin)) {
    chmodSync(join(projectFolder, path), 0o755);
  }
}
