/** Installs the npm packages when node_modules is not what package-lock.json says. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SetupError, findProgram, projectFolder, run, say } from './setup-support.mjs';

export function ensureDependencies() {
  if (isInStep(lockedPackages(), installedPackages())) return;
  ensureMake();
  say('installing the npm packages (npm ci); SQLite is compiled, which takes a minute or two');
  const [program, ...args] = npmCommand();
  run(program, [...args, 'ci', '--no-audit', '--no-fund'], {
    show: true,
    env: compiledHere(),
    onFailure: 'The packages could not be installed. Once the npm registry can be reached, run: npm ci',
  });
}

/**
 * The store's engine is compiled on this machine: its own install step would fetch a binary from elsewhere. The
 * headers of Node come with it, where it was not taken apart.
 */
function compiledHere() {
  const prefix = dirname(dirname(process.execPath));
  const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node.h'));
  return { npm_config_build_from_source: 'true', ...(hasHeaders ? { npm_config_nodedir: prefix } : {}) };
}

function ensureMake() {
  if (findProgram('make') !== undefined) return;
  const isDebianRoot = findProgram('apt-get') !== undefined && process.getuid?.() === 0;
  if (!isDebianRoot)
    throw new SetupError('make is missing, which compiles SQLite. On Debian: sudo apt-get install make');
  say('installing make (apt-get)');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update'], { env });
  run('apt-get', ['install', '-y', '--no-install-recommends', 'make'], { env });
}

/** Under `npm test` npm tells us where it lies; that one is used, so that no second npm comes into play. */
export function npmCommand() {
  const npm = process.env.npm_execpath;
  return npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
}

function lockedPackages() {
  return readPackages(join(projectFolder, 'package-lock.json'));
}

/** npm writes this file as the last act of an install: it is there only if the install came to its end. */
function installedPackages() {
  try {
    return readPackages(join(projectFolder, 'node_modules', '.package-lock.json'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

function readPackages(path) {
  const { packages } = JSON.parse(readFileSync(path, 'utf8'));
  delete packages[''];
  return packages;
}

/** Optional packages may be absent: most are builds for other platforms. */
function isInStep(locked, installed) {
  const isPresent = ([path, entry]) => installed[path] !== undefined || entry.optional || entry.devOptional;
  const isLocked = ([path, entry]) => locked[path]?.version === entry.version;
  return Object.entries(locked).every(isPresent) && Object.entries(installed).every(isLocked);
}
