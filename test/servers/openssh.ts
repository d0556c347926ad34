import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { account, ownUsers } from './accounts.js';
import { makeServerFolder, type ServerFolder } from './server-folder.js';
import { clientKeys, readTestKey, testKeyFile } from './test-keys.js';
import { loopback, startDaemon, type TestServer } from './test-server.js';
import { unpackedFile } from './unpacked.js';

export type SshLogin = 'password' | 'publickey' | 'keyboard-interactive';
export type HostKeyName = 'ed25519' | 'rsa' | 'ecdsa' | 'other-ed25519';

export interface OpensshOptions {
  /** The ways to log in that the server offers. Default: password and publickey. */
  readonly logins?: readonly SshLogin[];
  /** Default: ed25519, rsa and ecdsa. `other-ed25519` is for a server whose key has changed. */
  readonly hostKeys?: readonly HostKeyName[];
  /** Locks the user into `root`, which becomes `/` for him. */
  readonly chroot?: boolean;
  /**
   * Serves by the separate program `sftp-server` instead of sshd's own half. Default: unless `chroot`. In sshd's
   * own half the preloaded list of users takes the first folder's handle for its own file and rewinds it at the
   * first name that it looks up, so that the session's first listing bears entries twice.
   */
  readonly separateProgram?: boolean;
  readonly readOnly?: boolean;
  /** Requests and extensions left out and not announced, by their names in `sftp-server -Q requests`: `posix-rename`, `limits`, `fsync`... */
  readonly withoutRequests?: readonly string[];
  readonly diskBytes?: number;
  /** How many connections may be logging in at once; the next one is turned away. */
  readonly maxStartups?: number;
  /** How many sessions one connection may open; 0 turns every one away. */
  readonly maxSessions?: number;
  /** Further lines of sshd_config(5). They stand first, and sshd takes the first line about a setting. */
  readonly extraConfig?: readonly string[];
}

export interface OpensshServer extends TestServer {
  /** The public host keys in the form `TYPE BASE64`, as they stand in known_hosts after the host's name. */
  readonly publicHostKeys: readonly string[];
  /** The fingerprints of the host keys, in the form `SHA256:...`. */
  readonly hostKeys: readonly string[];
}

/** Starts OpenSSH's sshd with SFTP. `clientKeys` in test-keys.ts holds the keys that it accepts. */
export async function startOpenssh(options: OpensshOptions = {}): Promise<OpensshServer> {
  const parent = options.chroot ? { parent: '/run' } : {};
  const folder = makeServerFolder('openssh', { diskBytes: options.diskBytes, ...parent });
  const hostKeys = (options.hostKeys ?? ['ed25519', 'rsa', 'ecdsa']).map((name) =>
    testKeyFile(`host-${name}`),
  );
  const program = linkSshd(folder);
  const config = folder.own('sshd_config');
  writeFileSync(folder.own('authorized_keys'), authorizedKeys());
  const daemon = await startDaemon({
    bundle: 'openssh',
    folder,
    logFiles: [],
    command: (port) => {
      writeFileSync(config, configLines(port, folder, hostKeys, options).join('\n'));
      return { program, args: ['-D', '-e', '-f', config], env: ownUsers(folder) };
    },
  });
  return {
    ...daemon,
    ...account,
    name: 'OpenSSH',
    host: loopback,
    root: folder.root,
    remoteRoot: options.chroot ? '/' : folder.root,
    hostKeys: hostKeys.map(fingerprint),
    publicHostKeys: hostKeys.map(publicKey),
  };
}

/**
 * sshd asks PAM under the name that it was called by. Under a name of our own that is always the
 * plain policy of /etc/pam.d/other, whether or not this machine has an sshd with a policy of its own.
 */
function linkSshd(folder: ServerFolder): string {
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const program = folder.own('tallyman-sshd');
  symlinkSync(unpackedFile('openssh', 'usr/sbin/sshd'), program);
  return program;
}

function configLines(
  port: number,
  folder: ServerFolder,
  hostKeys: readonly string[],
  options: OpensshOptions,
): string[] {
  return [
    ...(options.extraConfig ?? []),
    `ListenAddress ${loopback}:${port}`,
    ...hostKeys.map((file) => `HostKey ${file}`),
    'PidFile none',
    'LogLevel VERBOSE',
    // The account has the user id of the test process, which is root's.
    'PermitRootLogin yes',
    // The project may lie in a folder that others can write to.
    'StrictModes no',
    `AuthorizedKeysFile ${folder.own('authorized_keys')}`,
    ...loginLines(options.logins ?? ['password', 'publickey']),
    ...(options.maxStartups === undefined ? [] : [`MaxStartups ${options.maxStartups}`]),
    ...(options.maxSessions === undefined ? [] : [`MaxSessions ${options.maxSessions}`]),
    ...(options.chroot ? [`ChrootDirectory ${folder.root}`] : []),
    `Subsystem sftp ${sftpCommand(options)}`,
    '',
  ];
}

/** Without PAM, OpenSSH for Linux has nobody who would ask the questions of keyboard-interactive. */
function loginLines(logins: readonly SshLogin[]): string[] {
  const answer = (login: SshLogin) => (logins.includes(login) ? 'yes' : 'no');
  return [
    `PasswordAuthentication ${answer('password')}`,
    `PubkeyAuthentication ${answer('publickey')}`,
    `KbdInteractiveAuthentication ${answer('keyboard-interactive')}`,
    `UsePAM ${answer('keyboard-interactive')}`,
  ];
}

function sftpCommand(options: OpensshOptions): string {
  const program =
    (options.separateProgram ?? !options.chroot)
      ? unpackedFile('openssh', 'usr/lib/openssh/sftp-server')
      : 'internal-sftp';
  const denied = options.withoutRequests ?? [];
  return [
    program,
    ...(options.readOnly ? ['-R'] : []),
    ...(denied.length > 0 ? ['-P', denied.join(',')] : []),
  ].join(' ');
}

function authorizedKeys(): string {
  return Object.values(clientKeys)
    .map((file) => readTestKey(`${basename(file)}.pub`))
    .join('');
}

/** `TYPE BASE64`, without the comment. */
export function publicKey(file: string): string {
  return readTestKey(`${basename(file)}.pub`)
    .split(' ')
    .slice(0, 2)
    .join(' ');
}

export function fingerprint(file: string): string {
  const blob = Buffer.from(publicKey(file).split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
