import { readFileSync } from 'node:fs';
import { remotePath, type RemotePath } from '../../../src/core/remote-path.js';
import { Secret } from '../../../src/core/secret.js';
import { SftpClient } from '../../../src/protocols/sftp/sftp-client.js';
import type { SftpOptions, SshIdentity } from '../../../src/protocols/sftp/sftp-options.js';
import { startOpenssh, type OpensshOptions } from '../../servers/openssh.js';
import { clientKeys, keyPassphrase, strangerKey } from '../../servers/test-keys.js';
import type { TestServer } from '../../servers/test-server.js';
import { MIB } from '../bytes.js';
import type { CodeTable, Powers, ProtocolTarget } from '../protocol-target.js';
import { forbidByMode, lockByMode } from './locked-folder.js';
import { endSessions } from './session-processes.js';

/** client-log.md, section 4, table C. */
export const sftpCodes: CodeTable = {
  connected: [0],
  transferred: [0],
  renamed: [0],
  removed: [0],
  folderMade: [0],
  folderRemoved: [0],
  timeSet: [0],
  settled: [0],
  loginRefused: [3],
  missing: [2],
  forbidden: [3],
  // Version 3 has no number for most reasons.
  refused: [2, 3, 4],
  diskFull: [4],
  hungUp: [7],
};

/** Where an SFTP server is and which key it shows: what the real one and the simulator have in common. */
export interface SftpPlace extends Pick<TestServer, 'host' | 'port' | 'user' | 'password' | 'root' | 'stop'> {
  readonly remoteRoot: RemotePath;
  readonly hostKeys: readonly string[];
}

export type SftpLogin = 'password' | 'key';

export interface SftpTargetOptions {
  readonly login: SftpLogin;
  readonly codes?: Partial<CodeTable>;
  readonly powers: Partial<Powers>;
}

const WRONG_PASSWORD = 'not-the-password-0815';

export function sftpTarget(place: SftpPlace, { login, codes, powers }: SftpTargetOptions): ProtocolTarget {
  const right = login === 'key' ? withKey(lockedKey()) : withPassword(place.password);
  const wrong = login === 'key' ? withKey(key(strangerKey)) : withPassword(WRONG_PASSWORD);
  return {
    root: place.root,
    remoteRoot: place.remoteRoot,
    secrets: [place.password, WRONG_PASSWORD, keyPassphrase, ...[lockedKey(), key(strangerKey)].map(keyBody)],
    codes: { ...sftpCodes, ...codes },
    socketsPerSession: 1,
    powers: {
      refusedLogin: (platform) => new SftpClient(sftpOptions(place, wrong), platform),
      loginFolder: place.root,
      ...powers,
    },
    createClient: (platform, { timeoutMs } = {}) =>
      new SftpClient(sftpOptions(place, timeoutMs === undefined ? right : { ...right, timeoutMs }), platform),
    stop: () => place.stop(),
  };
}

type Login = Pick<SftpOptions, 'identities' | 'password'>;

export function withPassword(password: string): Login {
  return { identities: [], password: new Secret(password) };
}

function withKey(identity: SshIdentity): Login {
  return { identities: [identity] };
}

function lockedKey(): SshIdentity {
  return { ...key(clientKeys.ed25519Locked), passphrase: new Secret(keyPassphrase) };
}

function key(file: string): SshIdentity {
  return { name: file, privateKey: new Secret(readFileSync(file, 'utf8')) };
}

/** A line that is in no other key. */
function keyBody({ privateKey }: SshIdentity): string {
  return privateKey.reveal().split('\n').at(-3) ?? '';
}

export function sftpOptions(
  place: Pick<SftpPlace, 'host' | 'port' | 'user' | 'hostKeys'>,
  changes: Partial<SftpOptions> = {},
): SftpOptions {
  return {
    kind: 'sftp',
    host: place.host,
    port: place.port,
    user: place.user,
    identities: [],
    trust: { fingerprints: place.hostKeys, knownHosts: [] },
    timeoutMs: 20_000,
    keepAliveMs: 0,
    sequential: false,
    legacyAlgorithms: [],
    proxies: [],
    ...changes,
  };
}

/** OpenSSH with one way to log in. */
export async function startOpensshTarget(login: SftpLogin, options: OpensshOptions): Promise<ProtocolTarget> {
  const server = await startOpenssh({ logins: [login === 'key' ? 'publickey' : 'password'], ...options });
  return sftpTarget(
    { ...server, remoteRoot: remotePath(server.remoteRoot) },
    {
      login,
      powers: {
        hangUp: () => endSessions(server.pid),
        lockFolder: lockByMode,
        forbidReading: forbidByMode,
        startWithSmallDisk: () => startOpensshTarget(login, { ...options, diskBytes: MIB }),
      },
    },
  );
}
