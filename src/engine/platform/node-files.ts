import { constants, type BigIntStats, type Dirent } from 'node:fs';
import * as fs from 'node:fs/promises';
import { SharedTurn } from '../../core/shared-turn.js';
import type { EntryKind, FileFacts, Files, FolderEntry, OpenFile, OpenMode } from '../../core/files.js';

const DEFAULT_READ_ALL_LIMIT = 16 * 1024 * 1024;
const LISTING_BATCH = 256;

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_EXCL, O_APPEND, O_NOFOLLOW } = constants;

const OPEN_FLAGS: Readonly<Record<OpenMode, number>> = {
  read: O_RDONLY,
  replace: O_WRONLY | O_CREAT | O_TRUNC,
  create: O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0),
  update: O_RDWR,
  append: O_WRONLY | O_CREAT | O_APPEND,
};

/** The machine's own file system. */
export const nodeFiles: Files = {
  open: async (path, mode, { isPrivate = false } = {}) =>
    new NodeOpenFile(await fs.open(path, OPEN_FLAGS[mode], isPrivate ? 0o600 : 0o666), mode === 'append'),
  stat: async (path) => factsOf(await fs.stat(path, { bigint: true })),
  lstat: async (path) => factsOf(await fs.lstat(path, { bigint: true })),
  list,
  rename: (from, to) => fs.rename(from, to),
  link: (from, to) => fs.link(from, to),
  remove: (path) => fs.unlink(path),
  makeFolder: async (path, { recursive = false, isPrivate = false } = {}) =>
    void (await fs.mkdir(path, { recursive, mode: isPrivate ? 0o700 : 0o777 })),
  removeFolder: (path) => fs.rmdir(path),
  setModifiedTime: (path, modifiedMs) => fs.utimes(path, modifiedMs / 1000, modifiedMs / 1000),
  syncFolder,
  readAll,
  realPath: (path) => fs.realpath(path),
};

class NodeOpenFile implements OpenFile {
  readonly #handle: fs.FileHandle;
  readonly #appends: boolean;
  #closing: Promise<void> | undefined;

  constructor(handle: fs.FileHandle, appends: boolean) {
    this.#handle = handle;
    this.#appends = appends;
  }

  async read(buffer: Uint8Array, position: number): Promise<number> {
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.byteLength, position);
    return bytesRead;
  }

  async write(buffers: readonly Uint8Array[], position: number): Promise<void> {
    let rest = buffers.filter((buffer) => buffer.byteLength > 0);
    let at = position;
    while (rest.length > 0) {
      const place = this.#appends ? undefined : at;
      const { bytesWritten } = await this.#handle.writev(rest, place);
      if (bytesWritten === 0)
        throw Object.assign(new Error('ENOSPC: nothing was written'), { code: 'ENOSPC' });
      at += bytesWritten;
      rest = withoutFirst(rest, bytesWritten);
      // Going on would put the rest behind what another process has appended meanwhile.
      if (this.#appends && rest.length > 0)
        throw Object.assign(new Error('ENOSPC: only a part was written'), { code: 'ENOSPC' });
    }
  }

  async stat(): Promise<FileFacts> {
    return factsOf(await this.#handle.stat({ bigint: true }));
  }

  truncate(sizeBytes: number): Promise<void> {
    return this.#handle.truncate(sizeBytes);
  }

  sync(): Promise<void> {
    return this.#handle.sync();
  }

  close(): Promise<void> {
    this.#closing ??= this.#handle.close();
    return this.#closing;
  }
}

/** The buffers that remain when the first `count` bytes are gone: a system may write less than it was given. */
function withoutFirst(buffers: readonly Uint8Array[], count: number): Uint8Array[] {
  let left = count;
  const rest: Uint8Array[] = [];
  for (const buffer of buffers) {
    if (left >= buffer.byteLength) left -= buffer.byteLength;
    else {
      rest.push(left === 0 ? buffer : buffer.subarray(left));
      left = 0;
    }
  }
  return rest;
}

async function* list(path: string): AsyncIterable<FolderEntry> {
  const folder = await fs.opendir(path, { bufferSize: LISTING_BATCH });
  for await (const entry of folder) yield { name: entry.name, kind: kindOf(entry) };
}

const folderFlushes = new Map<string, SharedTurn>();

/** Of many names that are given in one folder at once, most share a flush. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const flush = folderFlushes.get(path) ?? new SharedTurn(() => flushFolder(path));
  folderFlushes.set(path, flush);
  try {
    await flush.join();
  } finally {
    if (flush.isIdle) folderFlushes.delete(path);
  }
}

async function flushFolder(path: string): Promise<void> {
  const handle = await fs.open(path, O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readAll(path: string, maxBytes = DEFAULT_READ_ALL_LIMIT): Promise<Buffer> {
  const handle = await fs.open(path, O_RDONLY);
  try {
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      total += chunk.byteLength;
      if (total > maxBytes) {
        throw Object.assign(new Error(`larger than ${maxBytes} bytes`), { code: 'ERR_FILE_TOO_LARGE', path });
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}

function factsOf(stats: BigIntStats): FileFacts {
  return {
    kind: kindOf(stats),
    sizeBytes: Number(stats.size),
    modifiedMs: Number(stats.mtimeNs / 1_000_000n),
    identity: `${stats.dev}:${stats.ino}`,
    access:
      process.platform === 'win32'
        ? undefined
        : { mode: Number(stats.mode) & 0o7777, ownerId: Number(stats.uid) },
  };
}

function kindOf(entry: Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
