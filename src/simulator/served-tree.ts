/**
 * What a partner serves: a folder on disk or a made-up tree. Paths are absolute, parted by `/`, and already
 * free of `.` and `..`. Every method rejects with a `TreeRefusal`.
 */
export interface ServedTree {
  stat(path: string): Promise<ServedEntry>;
  /** Like `stat`, but of a link itself. */
  lstat(path: string): Promise<ServedEntry>;
  /** Entries in any order, without `.` and `..`; memory stays flat. */
  list(path: string): AsyncIterable<ServedEntry>;
  open(path: string, mode: ServedOpenMode): Promise<ServedFile>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  /** Empty folders only. */
  removeFolder(path: string): Promise<void>;
  /** Replaces an existing file. */
  rename(from: string, to: string): Promise<void>;
  setModifiedTime(path: string, modifiedMs: number): Promise<void>;
}

/**
 * - `read`: existing file
 * - `replace`: made when missing, emptied when present
 * - `create`: refused when present
 * - `update`: made when missing, kept when present
 */
export type ServedOpenMode = 'read' | 'replace' | 'create' | 'update';

export interface ServedEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface ServedFile {
  stat(): Promise<ServedEntry>;
  /** At most `length` bytes; none at the end of the file. */
  read(position: number, length: number): Promise<Uint8Array>;
  write(position: number, bytes: Uint8Array): Promise<void>;
  truncate(sizeBytes: number): Promise<void>;
  close(): Promise<void>;
}

export type RefusalKind =
  'missing' | 'exists' | 'not-empty' | 'denied' | 'full' | 'is-folder' | 'no-folder' | 'failed';

/** Why a tree did not do what it was asked to; each protocol has its own code for it. */
export class TreeRefusal extends Error {
  override readonly name = 'TreeRefusal';
  readonly kind: RefusalKind;

  constructor(kind: RefusalKind, cause?: unknown) {
    super(REFUSAL_WORDS[kind], { cause });
    this.kind = kind;
  }
}

const REFUSAL_WORDS: Readonly<Record<RefusalKind, string>> = {
  missing: 'No such file or directory',
  exists: 'File exists',
  'not-empty': 'Directory not empty',
  denied: 'Permission denied',
  full: 'No space left on device',
  'is-folder': 'Is a directory',
  'no-folder': 'Not a directory',
  failed: 'Input/output error',
};

/** The bytes of `file` from `position` to its end, in chunks. */
export async function* bytesOf(file: ServedFile, position: number): AsyncGenerator<Uint8Array> {
  let at = position;
  for (;;) {
    const chunk = await file.read(at, 65_536);
    if (chunk.length === 0) return;
    yield chunk;
    at += chunk.length;
  }
}
