import { createHash } from 'node:crypto';
import ssh2, { type Algorithms } from 'ssh2';
import { FaultPlan, type Fault } from './faults.js';
import { folderTree } from './folder-tree.js';
import { assemblePartner, type Partner } from './partner.js';
import { SftpConnection } from './sftp-connection.js';
import { DEFAULT_SFTP_HABITS, type SftpHabits } from './sftp-habits.js';
import type { SftpLoginMethod, SftpLoginRules } from './sftp-login.js';
import type { ForgeAnswer, SftpDeed, SftpSurroundings } from './sftp-session.js';
import type { ServedTree } from './served-tree.js';
import { listenOnTcp, type TcpListener } from './tcp-listener.js';
import { Transcript } from './transcript.js';

export interface SftpPartnerOptions {
  /** A folder on disk, or a made-up tree. */
  readonly root: string | ServedTree;
  readonly user: string;
  readonly password: string;
  /** Public keys in OpenSSH form (`ssh-ed25519 AAAA...`) that may log in. */
  readonly authorizedKeys?: readonly string[];
  /** Default: password, publickey, keyboard-interactive. */
  readonly loginMethods?: readonly SftpLoginMethod[];
  /** One method is enough (default), or all of them are needed. */
  readonly loginNeeds?: 'any' | 'all';
  /** Made anew when absent. Several: one of each type. */
  readonly hostKeys?: readonly SshHostKey[];
  /** SSH algorithms to offer instead of the library's choice: old servers. */
  readonly algorithms?: Algorithms;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly habits?: Partial<SftpHabits>;
  readonly faults?: readonly Fault<SftpDeed>[];
  /** What is sent instead of an answer: a server that says what no server may say. */
  readonly forge?: ForgeAnswer;
  /** At most so many connections at a time; one more is closed before a word is said, as OpenSSH's MaxStartups does. */
  readonly connectionLimit?: number;
}

export interface SftpPartner extends Partner<SftpDeed> {
  /** `SHA256:...` of each host key, in the order of `hostKeys`. */
  readonly hostKeyFingerprints: readonly string[];
  /** Of the first host key. */
  readonly hostKeyFingerprint: string;
  /** Lines for a known_hosts file. */
  readonly knownHosts: string;
}

export interface SshHostKey {
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA...` */
  readonly publicKey: string;
  /** `SHA256:<base64>` as ssh-keygen prints it. */
  readonly fingerprint: string;
}

type SshKeyType = 'ed25519' | 'ecdsa' | 'rsa';

/** A new key pair; also good for a user's login. An RSA key takes a while to make. */
export function makeSshKey(type: SshKeyType = 'ed25519'): SshHostKey {
  const pair = generateReadablePair(type);
  const [algorithm = '', blob = ''] = pair.public.trim().split(' ');
  const digest = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
  return {
    privateKey: pair.private,
    publicKey: `${algorithm} ${blob}`,
    fingerprint: `SHA256:${digest.replace(/=+$/, '')}`,
  };
}

/** One in two hundred ed25519 keys that ssh2 1.17 makes cannot be read by ssh2 itself. */
function generateReadablePair(type: SshKeyType): { readonly public: string; readonly private: string } {
  for (;;) {
    const pair = generatePair(type);
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

function generatePair(type: SshKeyType): { readonly public: string; readonly private: string } {
  const { generateKeyPairSync } = ssh2.utils;
  switch (type) {
    case 'rsa':
      return generateKeyPairSync('rsa', { bits: 2048 });
    case 'ecdsa':
      return generateKeyPairSync('ecdsa', { bits: 256 });
    case 'ed25519':
      return generateKeyPairSync('ed25519');
  }
}

/** Starts an SFTP server on loopback that serves `root` to one user and fails on command. */
export async function startSftpPartner(options: SftpPartnerOptions): Promise<SftpPartner> {
  const hostKeys = options.hostKeys ?? [makeSshKey()];
  const surroundings: SftpSurroundings = {
    tree: typeof options.root === 'string' ? await folderTree(options.root) : options.root,
    habits: { ...DEFAULT_SFTP_HABITS, ...options.habits },
    faults: new FaultPlan(options.faults),
    transcript: new Transcript(),
    forge: options.forge ?? ((answer) => [answer]),
  };
  const connections = new Set<SftpConnection>();
  const listener = await listenForSsh(options, hostKeys, surroundings, connections);
  const partner = assemblePartner({
    listener,
    scheme: 'sftp',
    user: options.user,
    password: options.password,
    transcript: surroundings.transcript,
    faults: surroundings.faults,
    sessions: connections,
    extraConnections: () => 0,
  });
  const fingerprints = hostKeys.map((key) => key.fingerprint);
  return Object.assign(partner, {
    hostKeyFingerprints: fingerprints,
    hostKeyFingerprint: fingerprints[0] ?? '',
    knownHosts: hostKeys.map((key) => `[${listener.host}]:${listener.port} ${key.publicKey}\n`).join(''),
  });
}

/** The library speaks SSH; the sockets are ours, so that we can break them. */
async function listenForSsh(
  options: SftpPartnerOptions,
  hostKeys: readonly SshHostKey[],
  surroundings: SftpSurroundings,
  connections: Set<SftpConnection>,
): Promise<TcpListener> {
  const rules = loginRules(options);
  const { habits } = surroundings;
  return listenOnTcp(options.host ?? '127.0.0.1', options.port ?? 0, (socket, number) => {
    if (options.connectionLimit !== undefined && connections.size >= options.connectionLimit) {
      socket.resume().end();
      return;
    }
    const connection = new SftpConnection(socket, number, surroundings, rules);
    connections.add(connection);
    void connection.closed.then(() => connections.delete(connection));
    const ssh = new ssh2.Server({
      hostKeys: hostKeys.map((key) => key.privateKey),
      ident: habits.ident,
      ...(habits.banner !== undefined && { banner: habits.banner }),
      ...(options.algorithms !== undefined && { algorithms: options.algorithms }),
      keepaliveInterval: 3_600_000,
    });
    ssh.on('error', () => undefined);
    ssh.on('connection', (client) => connection.serve(client));
    connection.start(() => ssh.injectSocket(socket));
  });
}

function loginRules(options: SftpPartnerOptions): SftpLoginRules {
  return {
    user: options.user,
    password: options.password,
    authorizedKeys: options.authorizedKeys ?? [],
    methods: options.loginMethods ?? ['password', 'publickey', 'keyboard-interactive'],
    needs: options.loginNeeds ?? 'any',
  };
}
