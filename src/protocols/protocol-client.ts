import type { ChecksumAlgorithm } from '../core/checksum.js';
import type { Receipt } from '../core/outcome.js';
import type { RemotePath } from '../core/remote-path.js';
import type { Capabilities } from './capabilities.js';

/**
 * One live session with one endpoint: the contract that every protocol fulfils, local folders included.
 *
 * Every rejection is a `TransferError` with `code`, `lastCode` (client-log.md, section 4), `retry`, `phase`,
 * a text that names the thing and the place, and `cause`. Where `sessionLost` is set, the session is dead:
 * close it and make another. After any other rejection the session is usable.
 * Calls on one session never overlap, but for `close()`, which may come at any time.
 * Every wait has a time limit (the connection's `timeoutMs`); an abort rejects with CANCELLED at once and
 * leaves no socket or handle open (the session may then be lost).
 */
export interface ProtocolClient {
  readonly capabilities: Capabilities;

  /** Resolves once logged in and usable, with the code of the login. Once per client. */
  connect(options: CallOptions): Promise<Receipt>;

  /**
   * Each entry once, in the server's order, never `.` or `..`, memory flat whatever the length. A missing
   * folder rejects NOT_FOUND; an empty folder gives nothing. An early `return()` leaves a usable session or
   * a lost one, never a hanging one. Names are as the server gave them, hostile ones included: only
   * `joinRemote` makes a path of them. A line that cannot be understood is handed to `onWarning`.
   */
  list(folder: RemotePath, options: ListOptions): AsyncIterable<RemoteEntry>;

  /** The entry, links followed, or NOT_FOUND. Never guesses the kind; `sizeBytes` is absent where the server hides it. */
  stat(path: RemotePath, options: CallOptions): Promise<RemoteEntry>;

  /**
   * Hands the file's bytes from `offset` to the sink, in order. Resolves after the server confirmed the end.
   * `bytes` is what was handed over. A stream that the server ends early rejects TRUNCATED where that can be
   * known. A rejection of the sink ends the read and is passed on as it is, the session staying usable or lost.
   */
  read(path: RemotePath, sink: ByteSink, options: ReadOptions): Promise<Receipt>;

  /**
   * Writes the source's bytes from `offset` (0: the file is made anew or emptied; beyond: an existing file is
   * kept up to there). Resolves after the server confirmed. When all bytes went out and only the confirmation
   * is missing, rejects REPLY_LOST. A rejection of the source ends the write, is passed on as it is, and may
   * leave a part behind, as any failure may.
   */
  write(path: RemotePath, source: ByteSource, options: WriteOptions): Promise<Receipt>;

  /**
   * With `replace`, an existing target is replaced if the server can do so in one step; a server that cannot
   * rejects ALREADY_EXISTS or REFUSED, and both files are as before. Without `replace`, an existing target
   * rejects ALREADY_EXISTS where `capabilities.exclusiveRename`; elsewhere the server decides.
   */
  rename(from: RemotePath, to: RemotePath, options: RenameOptions): Promise<Receipt>;

  /** Removes a file; NOT_FOUND when missing. */
  remove(path: RemotePath, options: CallOptions): Promise<Receipt>;

  /** Makes one folder; an existing folder is fine, an existing file is ALREADY_EXISTS. */
  makeFolder(path: RemotePath, options: CallOptions): Promise<Receipt>;

  /** Removes an empty folder; FOLDER_NOT_EMPTY or REFUSED otherwise. */
  removeFolder(path: RemotePath, options: CallOptions): Promise<Receipt>;

  /** Sets the time of last change. Where `capabilities.setModifiedTime` is false: UNSUPPORTED. */
  setModifiedTime(path: RemotePath, modifiedMs: number, options: CallOptions): Promise<Receipt>;

  /**
   * What the server computes of a stored file, or of its first `lengthBytes`, as lower-case hex. Where the algorithm
   * is not among `capabilities.checksums`, or the head is asked for without `headChecksums`: UNSUPPORTED. A server
   * that offered it and refuses is UNSUPPORTED too, and the capability is gone from then on.
   */
  checksum(path: RemotePath, options: ChecksumOptions): Promise<string>;

  /**
   * One command of the user's own in the protocol's language (`SITE CHMOD 600 a.xml`); COMMAND_REFUSED with the
   * server's words when it says no, UNSUPPORTED where the protocol has no such thing.
   */
  command(text: string, options: CallOptions): Promise<Receipt>;

  /**
   * What the server keeps of the write of that name which did not end and whose bytes do not show as a file (an S3
   * multipart upload): a `write` with `offset` equal to `bytes` goes on with it. Undefined where there is none, and
   * always on protocols whose unfinished writes are plain files.
   */
  unfinishedWrite(path: RemotePath, options: UnfinishedOptions): Promise<UnfinishedWrite | undefined>;

  /** Throws away what `unfinishedWrite` tells of, and no other's; fine when there is nothing. */
  abandonWrite(path: RemotePath, options: UnfinishedOptions): Promise<void>;

  /** Ends the session in the protocol's own way within a short limit, then closes everything. Idempotent, never rejects; a call under way rejects CLOSED. */
  close(): Promise<void>;
}

export interface CallOptions {
  readonly signal: AbortSignal;
}

export interface ListOptions extends CallOptions {
  /** Called once for each line that could not be understood, with the line made printable. */
  readonly onWarning?: (text: string) => void;
}

export interface ReadOptions extends CallOptions {
  readonly offset?: number;
  /** Text mode where the protocol has one (FTP TYPE A): line ends are the receiver's. */
  readonly ascii?: boolean;
  /** `RemoteEntry.version` of a `stat`: where the server has another version by now, rejects SOURCE_CHANGED. */
  readonly version?: string | undefined;
}

export interface WriteOptions extends CallOptions {
  readonly offset?: number;
  readonly ascii?: boolean;
  /** What the source will give, when known. */
  readonly sizeBytes?: number;
  /** After a failure, what the server has stays for a later `write` to go on with; else it is cleared up (S3). */
  readonly keepUnfinished?: boolean;
  /** Whose name is kept for that later `write`. Without it nothing can be gone on with, and nothing is kept. */
  readonly unfinished?: UnfinishedName | undefined;
  /** ALREADY_EXISTS where the server can tell in one step that there is a file of that name; else ignored. */
  readonly exclusive?: boolean;
  /** To be stored with the file where that can only be done while writing (HTTP X-OC-Mtime, S3 metadata). */
  readonly modifiedMs?: number | undefined;
}

export interface UnfinishedOptions extends CallOptions {
  /** As the server named it, see `UnfinishedName`. */
  readonly id: string;
}

/**
 * What a server that keeps writes open calls this one. Others may have theirs open on the same path, so nothing is
 * gone on with or thrown away but by its name.
 */
export interface UnfinishedName {
  /** Of the write to go on with; undefined: none was begun. */
  readonly id: string | undefined;
  /** Called as soon as the server has named a new one; awaited before it gets its first byte. */
  readonly began: (id: string) => Promise<void>;
}

export interface ChecksumOptions extends CallOptions {
  readonly algorithm: ChecksumAlgorithm;
  /** Only of the first bytes; default: of all. */
  readonly lengthBytes?: number;
}

/** A write that a later one can go on with. */
export interface UnfinishedWrite {
  readonly bytes: number;
  /** The last stretch of it as the server computed it, to compare with the source before going on. */
  readonly tail: {
    readonly offset: number;
    readonly lengthBytes: number;
    readonly algorithm: ChecksumAlgorithm;
    /** Lower-case hex. */
    readonly value: string;
  };
}

export interface RenameOptions extends CallOptions {
  readonly replace: boolean;
}

/** One row of a listing. */
export interface RemoteEntry {
  /** As the server gave it; not yet safe as a path. */
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly sizeBytes?: number | undefined;
  readonly modifiedMs?: number | undefined;
  /** How exact `modifiedMs` is: 1, 1000, 60000 or 86400000. */
  readonly precisionMs?: number | undefined;
  /** The server's own mark of this version of the content (a strong ETag), where it has one. */
  readonly version?: string | undefined;
}

/**
 * Takes bytes in order. `undefined` means: go on at once; a promise means: wait, there is enough in hand.
 * The chunk belongs to the sink from then on and must not be changed by the giver.
 */
export interface ByteSink {
  write(chunk: Uint8Array): Promise<void> | undefined;
}

/**
 * Gives bytes in order; ends with the file. `return()` is called when the reader stops early. A chunk belongs to its
 * taker from then on.
 */
export type ByteSource = AsyncIterable<Uint8Array>;
