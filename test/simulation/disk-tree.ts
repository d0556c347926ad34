import { basename } from 'node:path/posix';
import type { FileFacts, OpenFile } from '../../src/core/files.js';
import {
  TreeRefusal,
  type RefusalKind,
  type ServedEntry,
  type ServedFile,
  type ServedTree,
} from '../../src/simulator/served-tree.js';
import type { MemoryDisk } from './memory-disk.js';

/** A folder of a simulated disk as a partner serves it. */
export function diskTree(disk: MemoryDisk, root: string): ServedTree {
  const at = (path: string): string => `${root}${path}`;
  const entry = async (path: string): Promise<ServedEntry> =>
    entryOf(path, await refused(disk.stat(at(path))));
  return {
    stat: entry,
    lstat: entry,
    list: async function* (path) {
      for await (const { name } of disk.list(at(path))) yield entry(`${path === '/' ? '' : path}/${name}`);
    },
    open: async (path, mode) => {
      const isUpdate = mode === 'update' && disk.content(at(path)) !== undefined;
      const way = mode === 'update' && !isUpdate ? 'create' : mode;
      return servedFile(path, await refused(disk.open(at(path), way)));
    },
    remove: (path) => refused(disk.remove(at(path))),
    makeFolder: (path) => refused(disk.makeFolder(at(path))),
    removeFolder: (path) => refused(disk.removeFolder(at(path))),
    rename: (from, to) => refused(disk.rename(at(from), at(to))),
    setModifiedTime: (path, modifiedMs) => refused(disk.setModifiedTime(at(path), modifiedMs)),
  };
}

function servedFile(path: string, file: OpenFile): ServedFile {
  return {
    stat: async () => entryOf(path, await refused(file.stat())),
    read: async (position, length) => {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, await refused(file.read(buffer, position)));
    },
    write: (position, bytes) => refused(file.write([bytes], position)),
    truncate: (sizeBytes) => refused(file.truncate(sizeBytes)),
    close: () => file.close(),
  };
}

function entryOf(path: string, { kind, sizeBytes, modifiedMs }: FileFacts): ServedEntry {
  return { name: basename(path), kind: kind === 'folder' ? 'folder' : 'file', sizeBytes, modifiedMs };
}

const KINDS: Readonly<Record<string, RefusalKind>> = {
  ENOENT: 'missing',
  EEXIST: 'exists',
  ENOTEMPTY: 'not-empty',
  EACCES: 'denied',
  ENOSPC: 'full',
  EISDIR: 'is-folder',
  ENOTDIR: 'no-folder',
};

async function refused<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new TreeRefusal(KINDS[(error as NodeJS.ErrnoException).code ?? ''] ?? 'failed', error);
  }
}
