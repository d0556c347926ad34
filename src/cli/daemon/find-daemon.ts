import { resolve } from 'node:path';
import { isLoopback } from '../../api/access/peer.js';
import { Secret } from '../../core/secret.js';
import { TransferError } from '../../core/transfer-error.js';
import { daemonFilePath, readDaemonFile } from '../../engine/daemon/daemon-file.js';
import { stateFolder } from '../../settings/client-log-settings.js';
import { settingsError } from '../../settings/settings-error.js';
import type { CommandCall, CommandContext } from '../command-call.js';
import type { CommandSession } from '../command-session.js';

/** Where a daemon is, and what lets us in. */
export interface DaemonAddress {
  /** Without a slash at its end. */
  readonly url: string;
  /** Undefined: only what is open to all. */
  readonly token: Secret | undefined;
  /** PEM of the certificate that it must show; absent: one that a CA of this machine vouches for. */
  readonly certificate?: string;
  /** Why it may be that nobody answers there. */
  readonly note?: string;
}

/**
 * The daemon that `--server` or `TALLY_SERVER` names, with the token of `--token-file`, `TALLY_TOKEN_FILE` or
 * `TALLY_TOKEN`; else the one of this machine's settings, by its `daemon.json`. Rejects with DAEMON_UNREACHABLE where
 * there is none.
 */
export async function findDaemon(
  call: CommandCall,
  { environment }: CommandContext,
  session: CommandSession,
): Promise<DaemonAddress> {
  const given = givenText(call, 'server') ?? environment['TALLY_SERVER'];
  if (given === undefined || given === '') return localDaemon(session);
  const url = serverUrl(given);
  return { url, token: await givenToken(call, environment, session) };
}

function givenText({ flags }: CommandCall, key: string): string | undefined {
  const value = flags[key];
  return typeof value === 'string' ? value : undefined;
}

function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const flag = { kind: 'flag', name: '--server' } as const;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw settingsError(flag, 'must be a URL such as https://tally.example:4480, without a login');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname.replace(/^\[|\]$/g, ''))) {
    throw settingsError(flag, 'must be https: over http the token would go over the line in clear');
  }
  return url.href.replace(/\/$/, '');
}

async function givenToken(
  call: CommandCall,
  environment: CommandContext['environment'],
  { surroundings }: CommandSession,
): Promise<Secret | undefined> {
  const file = givenText(call, 'tokenFile') ?? environment['TALLY_TOKEN_FILE'];
  if (file === undefined) {
    const token = environment['TALLY_TOKEN'];
    return token === undefined || token === '' ? undefined : new Secret(token.trim());
  }
  const path = resolve(surroundings.workFolder, file);
  try {
    const bytes = await surroundings.platform.files.readAll(path, 4096);
    return new Secret(bytes.toString('utf8').trim());
  } catch (error) {
    throw new TransferError({
      code: 'SETTINGS_INVALID',
      lastCode: -1,
      phase: 'plan',
      message: `the token file ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
      advice: 'It holds the one line that tally tokens create printed.',
      cause: error,
    });
  }
}

async function localDaemon({ inForce, surroundings }: CommandSession): Promise<DaemonAddress> {
  const folder = stateFolder(inForce.places).value;
  const file = await readDaemonFile(folder);
  if (file === undefined) {
    throw new TransferError({
      code: 'DAEMON_UNREACHABLE',
      lastCode: -1,
      phase: 'connect',
      message: `no daemon runs here that this user may ask: ${daemonFilePath(folder)} is not there or cannot be read`,
    });
  }
  const isAlive = surroundings.platform.host.isProcessAlive(file.pid);
  return {
    url: file.url,
    token: new Secret(file.token),
    ...(file.certificate === undefined ? {} : { certificate: file.certificate }),
    ...(isAlive ? {} : { note: `its process ${file.pid} has gone without a stop in good order` }),
  };
}
