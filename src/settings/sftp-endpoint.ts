import { join } from 'node:path';
import { printable } from '../core/printable.js';
import { Secret } from '../core/secret.js';
import type { KnownHostsText, SftpOptions, SshIdentity } from '../protocols/sftp/sftp-options.js';
import type { Origin } from './origin.js';
import {
  askPassword,
  connectionSecret,
  fromCommandLine,
  fromSettings,
  givenPassword,
  readNamedFile,
} from './partner-login.js';
import type { Partner } from './partner.js';
import type { PlaceContext } from './place-context.js';
import { isEncryptedKey } from './private-key-text.js';
import { proxiesOf } from './proxy-endpoint.js';
import { readSecretFile } from './secret-sources.js';
import { settingsError } from './settings-error.js';

const SSH_KEEP_ALIVE_MS = 30_000;

/**
 * SFTP. Logs in with the identities and the password given; with neither, by the agent; without an agent it asks.
 */
export async function sftpOptions(
  partner: Partner,
  timeoutMs: number,
  context: PlaceContext,
): Promise<SftpOptions> {
  const { connection } = partner;
  if (partner.user === undefined) {
    throw settingsError(
      partner.originOf(),
      `no user for ${printable(partner.host)}: write sftp://USER@host/..., or give --user`,
    );
  }
  const identities = await identitiesOf(partner, context);
  const known = await givenPassword(partner, context);
  const agent = agentOf(partner, context, identities.length === 0 && known === undefined);
  const needsPassword = identities.length === 0 && agent === undefined;
  const password = known ?? (needsPassword ? await askPassword(partner, context) : undefined);
  return {
    kind: 'sftp',
    host: partner.host,
    port: partner.port,
    user: partner.user,
    ...(password === undefined ? {} : { password }),
    identities,
    ...(agent === undefined ? {} : { agent }),
    trust: {
      fingerprints: context.given.values.hostKeys ?? connection.hostKeys ?? [],
      knownHosts: await knownHostsOf(partner, context),
    },
    timeoutMs,
    keepAliveMs: connection.keepAlive ?? SSH_KEEP_ALIVE_MS,
    sequential: connection.sequential ?? false,
    ...(connection.algorithms === undefined ? {} : { algorithms: connection.algorithms }),
    legacyAlgorithms: legacyOf(partner, context),
    requireStrictKex: connection.requireStrictKex ?? false,
    proxies: await proxiesOf(partner, context),
  };
}

/** A person is told each time: nobody remembers a weakness that once was needed. */
function legacyOf({ connection, host }: Partner, { secrets }: PlaceContext): readonly string[] {
  const { legacyAlgorithms = [] } = connection;
  if (legacyAlgorithms.length > 0) {
    secrets.warn(
      `${printable(host)} may be spoken to with old SSH algorithms: ${legacyAlgorithms.join(', ')}`,
    );
  }
  return legacyAlgorithms;
}

async function identitiesOf(partner: Partner, context: PlaceContext): Promise<readonly SshIdentity[]> {
  const given = context.given.values.identities?.map((path) => fromCommandLine(path, context));
  const paths = given ?? partner.connection.identities?.map((path) => fromSettings(path, context)) ?? [];
  const origin = context.given.originOf('identities') ?? partner.originOf('identities');
  const identities: SshIdentity[] = [];
  for (const path of paths) identities.push(await readIdentity(path, origin, partner, context));
  return identities;
}

async function readIdentity(
  path: string,
  origin: Origin,
  partner: Partner,
  context: PlaceContext,
): Promise<SshIdentity> {
  const privateKey = await readSecretFile(path, origin, context.secrets);
  if (!isEncryptedKey(privateKey.reveal())) return { name: path, privateKey };
  const passphrase = await passphraseOf(path, partner, context);
  return passphrase === undefined ? { name: path, privateKey } : { name: path, privateKey, passphrase };
}

async function passphraseOf(
  path: string,
  partner: Partner,
  context: PlaceContext,
): Promise<Secret | undefined> {
  const variable = context.secrets.environment['TALLY_PASSPHRASE'];
  if (variable !== undefined && variable !== '') return new Secret(variable);
  const { passphrase } = partner.connection;
  if (passphrase !== undefined) return connectionSecret(passphrase, partner.originOf('passphrase'), context);
  return context.secrets.prompt?.(`Passphrase of the key ${printable(path)}: `);
}

/** The agent serves when it is asked for, and when there is nothing else to log in with. */
function agentOf(partner: Partner, context: PlaceContext, nothingElse: boolean): string | undefined {
  const { agent } = partner.connection;
  if (typeof agent === 'string') return agent === 'pageant' ? agent : fromSettings(agent, context);
  const socket = context.secrets.environment['SSH_AUTH_SOCK'];
  if (agent === true && (socket === undefined || socket === '')) {
    throw settingsError(partner.originOf('agent'), 'SSH_AUTH_SOCK names no agent');
  }
  const wanted = agent ?? nothingElse;
  return wanted && socket !== '' ? socket : undefined;
}

async function knownHostsOf(partner: Partner, context: PlaceContext): Promise<readonly KnownHostsText[]> {
  const given = context.given.values.knownHosts?.map((path) => fromCommandLine(path, context));
  const named = given ?? partner.connection.knownHosts?.map((path) => fromSettings(path, context));
  if (named === undefined) return usualKnownHosts(context);
  const origin = context.given.originOf('knownHosts') ?? partner.originOf('knownHosts');
  return Promise.all(
    named.map(async (name) => ({
      name,
      text: await readNamedFile(name, 'known_hosts file', origin, context),
    })),
  );
}

/** OpenSSH's own files, where they exist. */
async function usualKnownHosts(context: PlaceContext): Promise<readonly KnownHostsText[]> {
  const { os } = context.platform.host;
  const system =
    os === 'win32'
      ? join(context.secrets.environment['ProgramData'] ?? 'C:\\ProgramData', 'ssh', 'ssh_known_hosts')
      : '/etc/ssh/ssh_known_hosts';
  const texts: KnownHostsText[] = [];
  for (const name of [join(context.homeFolder, '.ssh', 'known_hosts'), system]) {
    const text = await readIfPresent(name, context);
    if (text !== undefined) texts.push({ name, text });
  }
  return texts;
}

async function readIfPresent(path: string, context: PlaceContext): Promise<string | undefined> {
  try {
    return (await context.platform.files.readAll(path)).toString('utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw settingsError(
      { kind: 'default' },
      `cannot read the known_hosts file ${printable(path)} (${code ?? 'unknown cause'})`,
      cause,
    );
  }
}
