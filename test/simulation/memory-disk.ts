import { basename, dirname } from 'node:path/posix';
import type { EntryKind, FileFacts, Files, FolderEntry, OpenFile, OpenMode } from '../../src/core/files.js';

interface FileNode {
  readonly kind: 'file';
  readonly inode: number;
  /** What is in it: the first part of `room`. */
  bytes: Buffer;
  /** Grows by doubling, so that a log of many lines is not copied for each of them. */
  room: Buffer;
  modifiedMs: number;
}

interface FolderNode {
  readonly kind: 'folder';
  readonly inode: number;
  readonly children: Map<string, Node>;
  modifiedMs: number;
}

type Node = FileNode | FolderNode;

/** A disk in memory, as POSIX has it: hard links, renames over files, handles that outlive names. */
export class MemoryDisk implements Files {
  /** True: no byte more can be written, no name made. */
  isFull = false;
  /** Files there that refuse to be read: EACCES. */
  readonly unreadable = new Set<string>();
  /** How often it was called: a sign that somebody is at work. */
  calls = 0;
  /** Called when a file gets a name by rename or link. */
  named: (path: string, content: Buffer) => void = () => undefined;
  #inodes = 1;
  readonly #root: FolderNode;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
    this.#root = this.#newFolder();
  }

  // What others do on this machine, at once and free of the faults.

  put(path: string, content: string): void {
    const bytes = Buffer.from(content);
    const there = this.#find(path);
    const modifiedMs = this.#now();
    if (there?.kind === 'file') Object.assign(there, { bytes, room: bytes, modifiedMs });
    else this.#folder(dirname(path)).children.set(basename(path), this.#newFile(bytes));
  }

  content(path: string): string | undefined {
    const node = this.#find(path);
    return node?.kind === 'file' ? node.bytes.toString() : undefined;
  }

  names(folder: string): readonly string[] {
    const node = this.#find(folder);
    return node?.kind === 'folder' ? [...node.children.keys()] : [];
  }

  take(path: string): void {
    this.#folder(dirname(path)).children.delete(basename(path));
  }

  makePath(path: string): void {
    let node = this.#root;
    for (const part of partsOf(path)) {
      const next = node.children.get(part) ?? this.#newFolder();
      node.children.set(part, next);
      if (next.kind !== 'folder') throw failure('ENOTDIR', path);
      node = next;
    }
  }

  // What the product calls.

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    this.calls += 1;
    const there = this.#find(path);
    if (there?.kind === 'folder') throw failure('EISDIR', path);
    if (there !== undefined) {
      if (mode === 'create') throw failure('EEXIST', path);
      if (mode === 'read' && this.unreadable.has(path)) throw failure('EACCES', path);
      if (mode === 'replace') this.#resize(there, 0);
      return this.#handle(there, mode === 'append');
    }
    if (mode === 'read' || mode === 'update') throw failure('ENOENT', path);
    this.#mustHaveRoom(path);
    const made = this.#newFile(Buffer.alloc(0));
    this.#enter(path, made);
    return this.#handle(made, mode === 'append');
  }

  async stat(path: string): Promise<FileFacts> {
    this.calls += 1;
    return factsOf(this.#must(path));
  }

  lstat(path: string): Promise<FileFacts> {
    return this.stat(path);
  }

  async *list(path: string): AsyncIterable<FolderEntry> {
    this.calls += 1;
    const node = this.#must(path);
    if (node.kind !== 'folder') throw failure('ENOTDIR', path);
    for (const [name, { kind }] of [...node.children]) {
      yield { name, kind: kind satisfies EntryKind };
    }
  }

  async rename(from: string, to: string): Promise<void> {
    this.calls += 1;
    const node = this.#must(from);
    this.#enter(to, node);
    const old = this.#folder(dirname(from));
    old.children.delete(basename(from));
    old.modifiedMs = this.#now();
    if (node.kind === 'file') this.named(to, node.bytes);
  }

  async link(from: string, to: string): Promise<void> {
    this.calls += 1;
    const node = this.#must(from);
    if (this.#find(to) !== undefined) throw failure('EEXIST', to);
    this.#mustHaveRoom(to);
    this.#enter(to, node);
    if (node.kind === 'file') this.named(to, node.bytes);
  }

  async remove(path: string): Promise<void> {
    this.calls += 1;
    if (this.#must(path).kind !== 'file') throw failure('EISDIR', path);
    this.take(path);
  }

  async makeFolder(
    path: string,
    { recursive = false }: { readonly recursive?: boolean } = {},
  ): Promise<void> {
    this.calls += 1;
    if (recursive) return this.makePath(path);
    if (this.#find(path) !== undefined) throw failure('EEXIST', path);
    this.#enter(path, this.#newFolder());
  }

  async removeFolder(path: string): Promise<void> {
    this.calls += 1;
    const node = this.#must(path);
    if (node.kind !== 'folder') throw failure('ENOTDIR', path);
    if (node.children.size > 0) throw failure('ENOTEMPTY', path);
    this.take(path);
  }

  async setModifiedTime(path: string, modifiedMs: number): Promise<void> {
    this.calls += 1;
    this.#must(path).modifiedMs = modifiedMs;
  }

  async syncFolder(path: string): Promise<void> {
    this.calls += 1;
    this.#must(path);
  }

  async readAll(path: string): Promise<Buffer> {
    this.calls += 1;
    const node = this.#must(path);
    if (node.kind !== 'file') throw failure('EISDIR', path);
    return Buffer.from(node.bytes);
  }

  async realPath(path: string): Promise<string> {
    this.calls += 1;
    this.#must(path);
    return path;
  }

  #handle(node: FileNode, appends: boolean): OpenFile {
    const answer = <T>(value: T): Promise<T> => {
      this.calls += 1;
      return Promise.resolve(value);
    };
    return {
      read: (buffer, position) => answer(node.bytes.copy(buffer, 0, position, position + buffer.byteLength)),
      write: async (buffers, position) => {
        this.calls += 1;
        this.#mustHaveRoom('the open file');
        this.#write(node, Buffer.concat(buffers), appends ? node.bytes.length : position);
      },
      stat: () => answer(factsOf(node)),
      truncate: (sizeBytes) => answer(this.#resize(node, sizeBytes)),
      sync: () => answer(undefined),
      close: () => answer(undefined),
    };
  }

  #write(node: FileNode, bytes: Buffer, position: number): void {
    const endBytes = position + bytes.length;
    if (endBytes > node.bytes.length) grow(node, endBytes);
    bytes.copy(node.bytes, position);
    node.modifiedMs = this.#now();
  }

  #resize(node: FileNode, sizeBytes: number): void {
    if (sizeBytes > node.bytes.length) grow(node, sizeBytes);
    node.bytes = node.bytes.subarray(0, sizeBytes);
    node.modifiedMs = this.#now();
  }

  #mustHaveRoom(path: string): void {
    if (this.isFull) throw failure('ENOSPC', path);
  }

  #enter(path: string, node: Node): void {
    const folder = this.#folder(dirname(path));
    folder.children.set(basename(path), node);
    folder.modifiedMs = this.#now();
  }

  #folder(path: string): FolderNode {
    const node = this.#must(path);
    if (node.kind !== 'folder') throw failure('ENOTDIR', path);
    return node;
  }

  #must(path: string): Node {
    const node = this.#find(path);
    if (node === undefined) throw failure('ENOENT', path);
    return node;
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const part of partsOf(path)) {
      if (node?.kind !== 'folder') return undefined;
      node = node.children.get(part);
    }
    return node;
  }

  #newFile(bytes: Buffer): FileNode {
    return { kind: 'file', inode: (this.#inodes += 1), bytes, room: bytes, modifiedMs: this.#now() };
  }

  #newFolder(): FolderNode {
    return { kind: 'folder', inode: (this.#inodes += 1), children: new Map(), modifiedMs: this.#now() };
  }
}

/** What comes behind the old end is zeros, also where a longer content stood before. */
function grow(node: FileNode, sizeBytes: number): void {
  const oldBytes = node.bytes.length;
  if (sizeBytes > node.room.length) {
    node.room = Buffer.alloc(Math.max(sizeBytes, 2 * node.room.length));
    node.bytes.copy(node.room);
  } else node.room.fill(0, oldBytes, sizeBytes);
  node.bytes = node.room.subarray(0, sizeBytes);
}

function factsOf(node: Node): FileFacts {
  const sizeBytes = node.kind === 'file' ? node.bytes.length : 4096;
  return { kind: node.kind, sizeBytes, modifiedMs: node.modifiedMs, identity: `1:${node.inode}` };
}

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, '${path}'`), { code, path });
}
