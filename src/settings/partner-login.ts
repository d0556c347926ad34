import { printable } from '../core/printable.js';
import { Secret } from '../core/secret.js';
import { settingsPath } from './local-path.js';
import type { Origin } from './origin.js';
import type { Partner } from './partner.js';
import type { PlaceContext } from './place-context.js';
import { fetchSecret, readSecretFile } from './secret-sources.js';
import type { SecretReference } from './secret-reference.js';
import { settingsError } from './settings-error.js';

/** Fetches a secret that a connection refers to. */
export function connectionSecret(
  reference: SecretReference,
  origin: Origin,
  context: PlaceContext,
): Promise<Secret> {
  return fetchSecret(reference, origin, context.secrets, (path) => fromSettings(path, context));
}

/** A path in the settings file, made absolute. */
export function fromSettings(path: string, { loaded, homeFolder }: PlaceContext): string {
  return settingsPath(path, loaded.folder, homeFolder);
}

/** A path of a flag or variable, made absolute. */
export function fromCommandLine(path: string, { workFolder, homeFolder }: PlaceContext): string {
  return settingsPath(path, workFolder, homeFolder);
}

/**
 * The password from the first of: `--password-file`, the URL, `TALLY_PASSWORD`, `TALLY_PASSWORD_FILE`, the
 * connection. Undefined when none of them has one.
 */
export async function givenPassword(partner: Partner, context: PlaceContext): Promise<Secret | undefined> {
  const { values } = context.given;
  const fileOrigin = context.given.originOf('passwordFile');
  const fromFile = () =>
    readSecretFile(
      fromCommandLine(values.passwordFile ?? '', context),
      fileOrigin ?? { kind: 'default' },
      context.secrets,
    );
  if (fileOrigin?.kind === 'flag') return fromFile();
  if (partner.urlPassword !== undefined) {
    context.secrets.warn(
      'the password in the URL can be seen in the list of processes and in the history of the shell; use --password-file or TALLY_PASSWORD',
    );
    return partner.urlPassword;
  }
  const variable = context.secrets.environment['TALLY_PASSWORD'];
  if (variable !== undefined && variable !== '') return new Secret(variable);
  if (fileOrigin !== undefined) return fromFile();
  const { password } = partner.connection;
  return password && connectionSecret(password, partner.originOf('password'), context);
}

/** Asks for what nobody has given; a clear error where nobody can be asked. */
export async function askPassword(partner: Partner, context: PlaceContext): Promise<Secret> {
  const { prompt } = context.secrets;
  if (prompt !== undefined) {
    return prompt(`Password for ${printable(partner.user ?? '')}@${printable(partner.host)}: `);
  }
  throw settingsError(
    partner.originOf(),
    `no password or key for ${printable(partner.user ?? '')}@${printable(partner.host)}: give ${ways(partner)}`,
  );
}

function ways({ scheme }: Partner): string {
  const key = scheme === 'sftp' ? ', --identity FILE, an ssh-agent (SSH_AUTH_SOCK)' : '';
  return `--password-file FILE, TALLY_PASSWORD${key}, or a connection with a password in the settings`;
}

/** Reads a file that flags or settings name; `what` stands in the error. */
export async function readNamedFile(
  path: string,
  what: string,
  origin: Origin,
  context: PlaceContext,
): Promise<string> {
  try {
    return (await context.platform.files.readAll(path)).toString('utf8');
  } catch (cause) {
    const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown cause';
    throw settingsError(origin, `cannot read the ${what} ${printable(path)} (${errno})`, cause);
  }
}
