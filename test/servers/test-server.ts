import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.js';
import { guardAgainstOurEnd } from './guard.js';
import { isRunning, killTree, listensOn } from './process-tree.js';
import type { ServerFolder } from './server-folder.js';
import { libraryPath, type Bundle } from './unpacked.js';

/** A real server of one test file, on loopback, with a folder and one user of its own. */
export interface TestServer {
  /** The product, such as `ProFTPD`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** The process that listens, for tests that freeze or kill it. */
  readonly pid: number;
  readonly user: string;
  readonly password: string;
  /**
   * The absolute folder on this machine that the user sees as `remoteRoot`. The test may put, change
   * and compare files there directly: the server works under the test's own user id, though without
   * root's right to ignore permissions, so that `chmod` makes a folder read-only for it as well.
   */
  readonly root: string;
  readonly remoteRoot: string;
  /** PEM of the authority to trust; also given for a certificate that it did not sign. Only with TLS. */
  readonly ca?: string;
  /** PEM of the certificate that the server shows. Only with TLS. */
  readonly certificate?: string;
  /** What the server has said so far, on stderr and in its log files. */
  log(): string;
  /** Ends the server with all its sessions and removes its folder. May be called more than once. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export const loopback = '127.0.0.1';

/** How one product is started on a port; called again with another port when that one was taken meanwhile. */
export interface Daemon {
  readonly bundle: Bundle;
  readonly folder: ServerFolder;
  command(port: number): Command;
  /** Files beside stderr that the server logs to. */
  readonly logFiles: readonly string[];
  /** Rights of root that the server may not have. Default: those to ignore file permissions. */
  readonly withoutRights?: string;
  /** How long it may take until it listens. Default: 15 s. */
  readonly startDeadlineMs?: number;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export type RunningDaemon = Pick<TestServer, 'log' | 'stop' | 'port' | 'pid' | typeof Symbol.asyncDispose>;

const attempts = 5;
const startDeadlineMs = 15_000;
const stopDeadlineMs = 5_000;

/** Starts the daemon and returns once it listens. On failure nothing is left behind, and the error holds what it said. */
export async function startDaemon(daemon: Daemon): Promise<RunningDaemon> {
  try {
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      const started = await launch(daemon, port);
      if ('running' in started) return started.running;
      if (attempt === attempts || !/address already in use|could not bind/i.test(started.said)) {
        throw new Error(
          `${daemon.bundle} did not start on port ${port}:\n${started.said || '(it said nothing)'}`,
        );
      }
    }
  } catch (error) {
    daemon.folder.remove();
    throw error;
  }
}

type Launch = { readonly running: RunningDaemon } | { readonly said: string };

async function launch(daemon: Daemon, port: number): Promise<Launch> {
  const { child, said } = spawnDaemon(daemon, port);
  const log = () => [said(), ...daemon.logFiles.map(readIfThere)].filter(Boolean).join('\n');
  const pid = await whenReady(child, port, daemon.startDeadlineMs ?? startDeadlineMs);
  if (pid === undefined) {
    await endTree(child);
    return { said: log() };
  }
  const stop = stopper(child, guardAgainstOurEnd(pid, daemon.folder.base), daemon.folder);
  return { running: { port, pid, log, stop, [Symbol.asyncDispose]: stop } };
}

/** `setpriv` takes from the server the right to ignore file permissions, which it would have as root. */
function spawnDaemon(daemon: Daemon, port: number): { child: ChildProcess; said: () => string } {
  const command = daemon.command(port);
  const withoutRights = daemon.withoutRights ?? '-dac_override,-dac_read_search';
  const jail = ['--bounding-set', withoutRights, '--', command.program];
  const child = spawn('setpriv', [...jail, ...command.args], {
    cwd: '/',
    env: { PATH: process.env.PATH, TZ: 'UTC', LD_LIBRARY_PATH: libraryPath(daemon.bundle), ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.once('error', (error) => (text += error.message));
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  }
  return { child, said: () => text };
}

/** The id of the process once it listens; undefined when it ended or took too long. */
async function whenReady(child: ChildProcess, port: number, deadlineMs: number): Promise<number | undefined> {
  const deadline = performance.now() + deadlineMs;
  while (performance.now() < deadline && child.exitCode === null && child.signalCode === null) {
    if (child.pid !== undefined && listensOn(child.pid, port)) return child.pid;
    await sleep(10);
  }
  return undefined;
}

function stopper(child: ChildProcess, callOffGuard: () => void, folder: ServerFolder): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  return () =>
    (stopped ??= endTree(child).then(() => {
      callOffGuard();
      folder.remove();
    }));
}

async function endTree(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  const killed = killTree(child.pid);
  await ended;
  const deadline = performance.now() + stopDeadlineMs;
  while (killed.some(isRunning)) {
    if (performance.now() > deadline) throw new Error(`processes ${killed.join(', ')} do not end`);
    await sleep(5);
  }
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
