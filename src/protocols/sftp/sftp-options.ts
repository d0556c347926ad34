import type { Secret } from '../../core/secret.js';
import type { ProxyOptions } from '../../net/proxy-options.js';

/** All that an SFTP session needs to know. */
export interface SftpOptions {
  readonly kind: 'sftp';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Used for `password` and for `keyboard-interactive` prompts that hide the answer. */
  readonly password?: Secret;
  readonly identities: readonly SshIdentity[];
  /** Socket path of an ssh-agent (SSH_AUTH_SOCK) or `pageant`. */
  readonly agent?: string;
  readonly trust: HostKeyTrust;
  /** Limit for each wait: connection, hand-shake, login, each answer, no progress in a transfer. */
  readonly timeoutMs: number;
  /** Interval of SSH keep-alive messages; 0 = none. */
  readonly keepAliveMs: number;
  /** One request at a time, for servers that cannot take several. */
  readonly sequential: boolean;
  /** What to offer instead of all safe algorithms, best first; the usual ones for a kind that is absent. */
  readonly algorithms?: SshAlgorithms;
  /** Extra algorithms to offer after the safe ones, for old servers. */
  readonly legacyAlgorithms: readonly string[];
  /** Refuse servers without strict key exchange (the answer to the Terrapin attack). */
  readonly requireStrictKex?: boolean;
  readonly proxies: readonly ProxyOptions[];
}

/** Names of SSH algorithms by kind. */
export interface SshAlgorithms {
  readonly kex?: readonly string[] | undefined;
  readonly hostKey?: readonly string[] | undefined;
  readonly cipher?: readonly string[] | undefined;
  readonly mac?: readonly string[] | undefined;
}

/** A private key in PEM, OpenSSH or PPK form. */
export interface SshIdentity {
  /** Where it came from, for messages. */
  readonly name: string;
  readonly privateKey: Secret;
  readonly passphrase?: Secret;
}

/** A server's host key is trusted when it is pinned or known, and not revoked. Nothing is trusted by default. */
export interface HostKeyTrust {
  /** `SHA256:<base64>` fingerprints. When any is given, known-hosts files serve only for @revoked. */
  readonly fingerprints: readonly string[];
  /** Texts of OpenSSH known_hosts files. */
  readonly knownHosts: readonly KnownHostsText[];
}

export interface KnownHostsText {
  /** The file, for messages. */
  readonly name: string;
  readonly text: string;
}
