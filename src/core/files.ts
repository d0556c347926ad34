/**
 * The local file system, as narrow as the product needs it. Every method rejects with Node's own
 * `ErrnoException` (its `code` says what happened); callers translate at their edge.
 */
export interface Files {
  open(path: string, mode: OpenMode, options?: PrivacyOptions): Promise<OpenFile>;
  /** Follows links. */
  stat(path: string): Promise<FileFacts>;
  /** Does not follow links. */
  lstat(path: string): Promise<FileFacts>;
  /** Entries of a folder in the order of the system, without `.` and `..`; memory stays flat. */
  list(path: string): AsyncIterable<FolderEntry>;
  /** Atomic; replaces an existing file. */
  rename(from: string, to: string): Promise<void>;
  /** A second name for the same file; EEXIST when `to` exists. The atomic way not to replace. */
  link(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes one folder; with `recursive` the missing parents too, and an existing one is fine. */
  makeFolder(path: string, options?: { readonly recursive?: boolean } & PrivacyOptions): Promise<void>;
  /** Removes an empty folder. */
  removeFolder(path: string): Promise<void>;
  setModifiedTime(path: string, modifiedMs: number): Promise<void>;
  /** Flushes a folder's entries to disk where the system can (a no-op on Windows). */
  syncFolder(path: string): Promise<void>;
  /** Whole small file as bytes; rejects with `ERR_FILE_TOO_LARGE` beyond `maxBytes` (default 16 MiB). */
  readAll(path: string, maxBytes?: number): Promise<Buffer>;
  /** Absolute path with every link resolved. */
  realPath(path: string): Promise<string>;
}

export interface PrivacyOptions {
  /** What is made is for its owner only (0600, a folder 0700), where the system has POSIX permissions. */
  readonly isPrivate?: boolean;
}

/**
 * - `read`: existing file, reading
 * - `replace`: writing from the start, made when missing, emptied when present
 * - `create`: writing, EEXIST when present, never follows a link
 * - `update`: existing file, reading and writing, kept as it is (resume)
 * - `append`: every write goes to the end in one piece (O_APPEND), made when missing; a write that the system
 *   cuts short rejects and is not continued
 */
export type OpenMode = 'read' | 'replace' | 'create' | 'update' | 'append';

export interface OpenFile {
  /** Bytes read into `buffer`; 0 at the end of the file. */
  read(buffer: Uint8Array, position: number): Promise<number>;
  /** Writes all of the buffers one after another from `position` (ignored in `append` mode). */
  write(buffers: readonly Uint8Array[], position: number): Promise<void>;
  stat(): Promise<FileFacts>;
  truncate(sizeBytes: number): Promise<void>;
  /** Flushes the data to disk. */
  sync(): Promise<void>;
  /** Idempotent. */
  close(): Promise<void>;
}

export interface FileFacts {
  readonly kind: EntryKind;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Device and inode: the same file under another name has the same identity. */
  readonly identity: string;
  /** Who may use the file, where the system has POSIX permissions. */
  readonly access?: FileAccess | undefined;
}

export interface FileAccess {
  /** Permission bits, for example 0o600. */
  readonly mode: number;
  /** Number of the user who owns it. */
  readonly ownerId: number;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

export type EntryKind = 'file' | 'folder' | 'link' | 'other';
