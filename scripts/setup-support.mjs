/** What all steps of the set-up share: where things lie, running a program, speaking, and the lock. */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const projectFolder = resolve(import.meta.dirname, '..');
export const cacheFolder = join(projectFolder, '.cache');

/** A failure whose message says all that the user needs; it is printed without a stack. */
export class SetupError extends Error {}

export function say(message) {
  process.stderr.write(`set-up: ${message}\n`);
}

/**
 * Runs a program to its end. With `show` its output goes to our stderr; otherwise it is kept and
 * only becomes visible inside the error when the program fails. Nothing ever reads from stdin.
 */
export function run(program, args, { show = false, env = {}, cwd = projectFolder, onFailure } = {}) {
  const result = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: show ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`;
  if (result.status === 0) return output;
  const reason = result.error?.message ?? `exit code ${result.status ?? result.signal}`;
  throw new SetupError(
    [`${[program, ...args].join(' ')}: ${reason}`, lastLines(output, 12), onFailure]
      .filter(Boolean)
      .join('\n'),
  );
}

function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/** The path of a program on this machine, or undefined. Looks in the sbin folders too, as a user's PATH often lacks them. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The recorded stamp, or undefined where there is none. A stamp says from which inputs a result was made. */
export function readStamp(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

export function assertNodeVersion() {
  const wanted = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')).engines.node;
  const [major, minor] = wanted.match(/\d+/g).map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number);
  if (ourMajor > major || (ourMajor === major && ourMinor >= minor)) return;
  throw new SetupError(
    `Tallyman needs Node ${wanted}; this is Node ${process.versions.node} (${process.execPath}).`,
  );
}

/** One set-up at a time: `npm start` and `npm test` may be called in two terminals of a fresh clone. */
export async function underLock(work) {
  makeCacheFolder();
  const lock = join(cacheFolder, 'setup.lock');
  await takeLock(lock);
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function makeCacheFolder() {
  try {
    mkdirSync(cacheFolder, { recursive: true });
    accessSync(cacheFolder, constants.W_OK);
  } catch (error) {
    throw new SetupError(
      `${cacheFolder} cannot be written (${error.code}). Run as the user whom this clone belongs to.`,
    );
  }
}

async function takeLock(lock) {
  for (let waits = 0; !tryLock(lock); waits++) {
    const owner = Number(readStamp(lock) ?? 0);
    if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true });
    else if (waits === 5) say(`waiting for another set-up (process ${owner || 'just starting'}) to finish`);
    await sleep(200);
  }
}

function tryLock(lock) {
  try {
    writeSync(openSync(lock, 'wx'), String(process.pid));
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
