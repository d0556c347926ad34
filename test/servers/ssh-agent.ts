import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { guardAgainstOurEnd } from './guard.js';
import { keyPassphrase } from './test-keys.js';

export interface SshAgent {
  /** The value for SSH_AUTH_SOCK. */
  readonly socket: string;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const startDeadlineMs = 5_000;

/** Starts an ssh-agent of its own that holds the given private keys; locked ones are opened with `keyPassphrase`. */
export async function startSshAgent(keyFiles: readonly string[]): Promise<SshAgent> {
  const folder = mkdtempSync(join(tmpdir(), 'tallyman-agent-'));
  const socket = join(folder, 'socket');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], {
    stdio: 'ignore',
  });
  const ended = once(agent, 'close');
  const callOffGuard = guardAgainstOurEnd(agent.pid!, folder);
  const stop = async () => {
    agent.kill('SIGKILL');
    await ended;
    callOffGuard();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitForSocket(socket);
    if (keyFiles.length > 0) addKeys(folder, socket, keyFiles);
  } catch (error) {
    await stop();
    throw error;
  }
  return { socket, stop, [Symbol.asyncDispose]: stop };
}

async function waitForSocket(socket: string): Promise<void> {
  const deadline = performance.now() + startDeadlineMs;
  while (!existsSync(socket)) {
    if (performance.now() > deadline) throw new Error(`ssh-agent did not open ${socket}`);
    await sleep(10);
  }
}

/** ssh-add takes a passphrase only from a terminal or from a program that it calls for it. */
function addKeys(folder: string, socket: string, keyFiles: readonly string[]): void {
  const askpass = join(folder, 'askpass');
  writeFileSync(askpass, `#!/bin/sh\necho '${keyPassphrase}'\n`, { mode: 0o700 });
  const env = {
    PATH: process.env.PATH,
    SSH_AUTH_SOCK: socket,
    SSH_ASKPASS: askpass,
    SSH_ASKPASS_REQUIRE: 'force',
  };
  execFileSync('ssh-add', ['-q', ...keyFiles], { env, stdio: 'pipe' });
}
