/** Installs the npm packages when node_modules is not what package-lock.json says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder, run, say } from './setup-support.mjs';

export function ensureDependencies() {
  if (isInStep(lockedPackages(), installedPackages())) return;
  say('installing the npm packages (npm ci)');
  const [program, ...args] = npmCommand();
  run(program, [...args, 'ci', '--no-audit', '--no-fund'], {
    show: true,
    onFailure: 'The packages could not be installed. Once the npm registry can be reached, run: npm ci',
  });
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
