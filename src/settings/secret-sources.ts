import type { Files } from '../core/files.js';
import { printable } from '../core/printable.js';
import { Secret } from '../core/secret.js';
import type { CommandRunner } from './command-runner.js';
import type { Origin } from './origin.js';
import type { SecretReference } from './secret-reference.js';
import { settingsError } from './settings-error.js';

/** What secrets are fetched from. */
export interface SecretSources {
  readonly files: Files;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly commands: CommandRunner;
  /** Asks on the terminal without echo; absent when nobody can be asked. */
  readonly prompt?: ((question: string) => Promise<Secret>) | undefined;
  readonly warn: (text: string) => void;
}

const MAX_SECRET_BYTES = 64 * 1024;
const COMMAND_LIMITS = { timeoutMs: 30_000, maxBytes: MAX_SECRET_BYTES };

/**
 * Fetches a secret. `absolute` makes the path of a file absolute. One line end at its end is dropped.
 * Rejects with SETTINGS_INVALID that names the place and never what was read.
 */
export async function fetchSecret(
  reference: SecretReference,
  origin: Origin,
  sources: SecretSources,
  absolute: (path: string) => string,
): Promise<Secret> {
  if ('env' in reference) return fromVariable(reference.env, origin, sources);
  if ('file' in reference) return readSecretFile(absolute(reference.file), origin, sources);
  return fromCommand(reference.command, origin, sources);
}

function fromVariable(name: string, origin: Origin, sources: SecretSources): Secret {
  const value = sources.environment[name];
  if (value === undefined || value === '') {
    throw settingsError(origin, `the variable ${printable(name, 80)} is not set`);
  }
  return new Secret(value);
}

/** A file that holds nothing but the secret; warns when other users can read it. */
export async function readSecretFile(path: string, origin: Origin, sources: SecretSources): Promise<Secret> {
  try {
    const { access } = await sources.files.stat(path);
    if (access !== undefined && (access.mode & 0o077) !== 0) {
      sources.warn(
        `${printable(path)} can be used by other users (mode ${access.mode.toString(8)}); say chmod 600`,
      );
    }
    return new Secret(withoutLineEnd(await sources.files.readAll(path, MAX_SECRET_BYTES)));
  } catch (cause) {
    const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown cause';
    throw settingsError(origin, `cannot read the secret from ${printable(path)} (${errno})`, cause);
  }
}

async function fromCommand(argv: readonly string[], origin: Origin, sources: SecretSources): Promise<Secret> {
  const program = printable(argv[0] ?? '', 120);
  const result = await sources.commands.run(argv, COMMAND_LIMITS).catch((cause: unknown) => {
    const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown cause';
    throw settingsError(origin, `the program ${program}, which prints the secret, failed (${errno})`, cause);
  });
  if (result.exitCode !== 0) {
    throw settingsError(
      origin,
      `the program ${program}, which prints the secret, ended with exit code ${result.exitCode}`,
    );
  }
  return new Secret(withoutLineEnd(result.stdout));
}

function withoutLineEnd(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\r?\n$/, '');
}
