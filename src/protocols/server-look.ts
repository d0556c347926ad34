import type { HostAddress } from '../core/dialer.js';
import type { Platform } from '../core/platform.js';
import { TransferError } from '../core/transfer-error.js';
import { WSAETIMEDOUT } from '../core/winsock.js';
import { dialerThrough } from '../net/proxy-dialer.js';
import type { TlsLook } from '../net/tls-look.js';
import { dialledPlace, type PartnerOptions } from './partner-options.js';

/**
 * What a server shows to anybody, before a login and whether or not it is trusted: no user, no secret is sent. What
 * was seen before a failure is kept.
 */
export interface ServerLook {
  /** The first words of the server: FTP's greeting, SSH's version line, the Server field of a web server. */
  readonly greeting?: TimedText | undefined;
  readonly tls?: (TlsLook & Timed) | undefined;
  readonly ssh?: (SshLook & Timed) | undefined;
  /** Ways to log in that the server names of its own accord (the challenges of a web server). */
  readonly loginMethods?: readonly string[] | undefined;
  /** What the server's clock said when ours said `ourMs` (the Date field of a web server). */
  readonly clock?: { readonly serverMs: number; readonly ourMs: number } | undefined;
  /** What ended the look early. */
  readonly failure?: TransferError | undefined;
}

export interface Timed {
  readonly elapsedMs: number;
}

export interface TimedText extends Timed {
  /** Printable; its lines parted by line feeds. */
  readonly text: string;
}

/** An SSH server's keys and algorithms. */
export interface SshLook {
  /** `SSH-2.0-OpenSSH_9.2p1` */
  readonly version: string;
  /** What the two sides settled on for the first connection. */
  readonly agreed: SshAlgorithms<string>;
  readonly ours: SshAlgorithms<readonly string[]>;
  readonly theirs: SshAlgorithms<readonly string[]>;
  /** Messages cannot be dropped unseen before encryption begins (CVE-2023-48795). */
  readonly strictKeyExchange: boolean;
  /** In the order in which they were asked for. */
  readonly hostKeys: readonly SeenHostKey[];
}

export interface SshAlgorithms<Value> {
  readonly kex: Value;
  readonly serverHostKey: Value;
  readonly cipher: Value;
  readonly hmac: Value;
}

/** A host key that the server has shown and proven to hold. */
export interface SeenHostKey {
  /** `ssh-ed25519` */
  readonly type: string;
  /** `SHA256:...` */
  readonly fingerprint: string;
  readonly standing: 'pinned' | 'known' | 'unknown' | 'changed' | 'revoked';
  /** Of a known one: where it stands. */
  readonly place?: string | undefined;
  /** Of one that is not trusted: the keys that would be, each with its place, or what might have spoken of the host. */
  readonly instead: readonly string[];
  /** What a session would say to it, half a sentence; empty for one that is trusted. */
  readonly reason: string;
}

export interface LookOptions {
  readonly signal: AbortSignal;
  /** Also the keys that a session would not ask for, because one that it trusts comes first. */
  readonly allHostKeys: boolean;
}

/** Looks at a server once, by the connection's own way. Rejects with CANCELLED only. */
export async function lookAtServer(
  options: PartnerOptions,
  platform: Platform,
  look: LookOptions,
): Promise<ServerLook> {
  const dialer = dialerThrough(options.proxies, platform.dialer, platform);
  const through = { ...platform, dialer };
  switch (options.kind) {
    case 'ftp': {
      const { lookAtFtp } = await import('./ftp/ftp-look.js');
      return lookAtFtp(options, through, look.signal);
    }
    case 'sftp': {
      const { lookAtSsh } = await import('./sftp/ssh-look.js');
      return lookAtSsh(options, through, look);
    }
    case 'http':
    case 's3': {
      const { lookAtWebServer } = await import('./web-look.js');
      return lookAtWebServer(options, through, look.signal);
    }
  }
}

/** The addresses of the host, with the code that a session would give for a name that does not exist. */
export async function lookUpServer(
  options: PartnerOptions,
  { dialer }: Pick<Platform, 'dialer'>,
  signal: AbortSignal,
): Promise<readonly HostAddress[]> {
  try {
    const { timeoutMs } = options;
    return await dialer.lookup(dialledPlace(options).host, { signal, timeoutMs });
  } catch (error) {
    if (options.kind !== 'http' || !(error instanceof TransferError)) throw error;
    // The vendor's article names 10060 for a web site that does not exist.
    throw error.code === 'HOST_NOT_FOUND' ? error.with({ lastCode: WSAETIMEDOUT }) : error;
  }
}
