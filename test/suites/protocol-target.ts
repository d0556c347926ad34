import type { Platform } from '../../src/core/platform.js';
import type { RemotePath } from '../../src/core/remote-path.js';
import type { ProxyOptions } from '../../src/net/proxy-options.js';
import type { ProtocolClient } from '../../src/protocols/protocol-client.js';
import type { DiskFolder } from './disk-folder.js';

/** A server under test: how to get sessions, where its files lie on this machine, and which codes it may answer with. */
export interface ProtocolTarget {
  /** The absolute folder on this machine that the server shows as `remoteRoot`. */
  readonly root: string;
  readonly remoteRoot: RemotePath;
  /** Texts that no error may hold: passwords, right and wrong, and keys. */
  readonly secrets: readonly string[];
  readonly codes: CodeTable;
  /** How many sockets a session holds between two calls. */
  readonly socketsPerSession: 0 | 1;
  readonly powers: Partial<Powers>;
  /** A folder of the server past our code, where its files do not lie on this machine as they are. */
  openFolder?(name: string): DiskFolder;
  createClient(platform: Platform, changes?: SessionChanges): ProtocolClient;
  stop(): Promise<void>;
}

export interface SessionChanges {
  /** The limit for each wait. */
  readonly timeoutMs?: number;
  readonly platform?: Platform;
  /** Those that the platform's dialer goes through, for protocols that must know of them. */
  readonly proxies?: readonly ProxyOptions[];
}

/** What can be done to a server besides talking to it. Where one is missing, the wiring says why. */
export interface Powers {
  /** A session that the server will not let in. */
  refusedLogin(platform: Platform): ProtocolClient;
  /** The folder on this machine in which relative paths begin. */
  readonly loginFolder: string;
  /** Ends every session of the server at once, without a word. */
  hangUp(): void | Promise<void>;
  /** Takes the right to change a folder (given as on this machine) until the returned function is called. */
  lockFolder(path: string): () => void;
  /** Takes the right to read a file or folder of this machine, likewise. */
  forbidReading(path: string): () => void;
  /** One more server, with a disk of 1 MiB. */
  startWithSmallDisk(): Promise<ProtocolTarget>;
}

/** The numbers that stand in the client log: client-log.md, section 4. */
export interface CodeTable {
  readonly connected: readonly number[];
  readonly transferred: readonly number[];
  readonly renamed: readonly number[];
  readonly removed: readonly number[];
  readonly folderMade: readonly number[];
  readonly folderRemoved: readonly number[];
  readonly timeSet: readonly number[];
  /** Settled by a look at the target. */
  readonly settled: readonly number[];
  readonly loginRefused: readonly number[];
  readonly missing: readonly number[];
  /** Not allowed for this user. */
  readonly forbidden: readonly number[];
  /** Refused for any other reason. */
  readonly refused: readonly number[];
  readonly diskFull: readonly number[];
  readonly hungUp: readonly number[];
}
