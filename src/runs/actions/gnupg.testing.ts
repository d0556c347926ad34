import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);

/** A GnuPG of its own, with no keys yet; `gpg` runs one command in it. */
export async function newGnupg(): Promise<(...options: string[]) => Promise<string>> {
  // The socket of its agent has a short limit for the whole path.
  const home = await mkdtemp(join(tmpdir(), 'gpg-'));
  const fixed = [
    '--homedir',
    home,
    '--batch',
    '--yes',
    '--pinentry-mode',
    'loopback',
    '--trust-model',
    'always',
  ];
  onTestFinished(async () => {
    await run('gpgconf', ['--homedir', home, '--kill', 'all']);
    await rm(home, { recursive: true, force: true });
  });
  return async (...options) => {
    const { stdout, stderr } = await run('gpg', [...fixed, ...options]);
    return stdout + stderr;
  };
}
