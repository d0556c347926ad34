import { posix } from 'node:path';
import {
  TreeRefusal,
  type ServedEntry,
  type ServedFile,
  type ServedOpenMode,
  type ServedTree,
} from './served-tree.js';

/** A file that needs neither disk nor memory: `bytesAt` gives its content, zeros when absent. Read only. */
export interface GeneratedFile {
  readonly sizeBytes: number;
  readonly modifiedMs?: number;
  readonly bytesAt?: (position: number, length: number) => Uint8Array;
}

/** A folder whose entries are made while they are listed: a million of them need no memory. Read only. */
export interface GeneratedFolder {
  readonly entries: () => Iterable<ServedEntry>;
}

/** Text or bytes of a file, or how to make it. */
export type MemoryContent = string | Uint8Array | GeneratedFile | GeneratedFolder;

export interface MemoryTreeOptions {
  /** With `false`, what is uploaded is counted and thrown away; it reads back as zeros. Default `true`. */
  readonly keepUploads?: boolean;
}

/** Time of last change of everything that was given no other: 2006-03-06 10:11:03 UTC. */
const DEFAULT_MODIFIED_MS = Date.UTC(2006, 2, 6, 10, 11, 3);

/** An uploaded file grows to this and no further: a wild offset must not eat the memory. */
const MAX_KEPT_BYTES = 2 ** 30;

type Node =
  | { readonly kind: 'folder'; modifiedMs: number }
  | { readonly kind: 'generated-folder'; readonly entries: () => Iterable<ServedEntry>; modifiedMs: number }
  | { readonly kind: 'file'; content: Content; modifiedMs: number };

interface Content {
  readonly sizeBytes: number;
  read(position: number, length: number): Uint8Array;
  write(position: number, bytes: Uint8Array): void;
  truncate(sizeBytes: number): void;
}

/** `count` entries named `file-0000000.dat` and so on, made while they are listed. */
export function manyFiles(count: number, sizeBytes = 0): GeneratedFolder {
  return {
    *entries() {
      for (let index = 0; index < count; index += 1) {
        const name = `file-${String(index).padStart(7, '0')}.dat`;
        yield { name, kind: 'file', sizeBytes, modifiedMs: DEFAULT_MODIFIED_MS };
      }
    },
  };
}

/** A file of `sizeBytes` zeros that takes no room. */
export function zeros(sizeBytes: number): GeneratedFile {
  return { sizeBytes };
}

/** A made-up tree, by path: `{ 'in/a.txt': 'text', 'big.bin': zeros(10 * 2 ** 30), many: manyFiles(1_000_000) }`. */
export class MemoryTree implements ServedTree {
  readonly #nodes = new Map<string, Node>([['/', { kind: 'folder', modifiedMs: DEFAULT_MODIFIED_MS }]]);
  readonly #keepUploads: boolean;

  constructor(contents: Readonly<Record<string, MemoryContent>> = {}, options: MemoryTreeOptions = {}) {
    this.#keepUploads = options.keepUploads ?? true;
    for (const [path, content] of Object.entries(contents)) this.put(path, content);
  }

  /** Adds or replaces a file or a generated folder, with the folders above it. */
  put(path: string, content: MemoryContent): void {
    const place = posix.resolve('/', path);
    for (let above = posix.dirname(place); !this.#nodes.has(above); above = posix.dirname(above)) {
      this.#nodes.set(above, { kind: 'folder', modifiedMs: DEFAULT_MODIFIED_MS });
    }
    this.#nodes.set(place, nodeOf(content));
  }

  /** The content of a file that was put or uploaded; undefined when there is none. */
  bytes(path: string): Buffer | undefined {
    const node = this.#nodes.get(posix.resolve('/', path));
    if (node?.kind !== 'file') return undefined;
    return Buffer.from(node.content.read(0, node.content.sizeBytes));
  }

  /** Every path but the root, sorted. */
  paths(): readonly string[] {
    return [...this.#nodes.keys()].filter((path) => path !== '/').sort();
  }

  async stat(path: string): Promise<ServedEntry> {
    return entryOf(posix.basename(path), this.#node(path));
  }

  lstat(path: string): Promise<ServedEntry> {
    return this.stat(path);
  }

  async *list(path: string): AsyncGenerator<ServedEntry> {
    const node = this.#node(path);
    if (node.kind === 'file') throw new TreeRefusal('no-folder');
    if (node.kind === 'generated-folder') {
      yield* node.entries();
      return;
    }
    for (const [place, child] of this.#children(path)) yield entryOf(posix.basename(place), child);
  }

  async open(path: string, mode: ServedOpenMode): Promise<ServedFile> {
    const existing = this.#find(path);
    if (existing !== undefined && existing.kind !== 'file') throw new TreeRefusal('is-folder');
    if (mode === 'read' && existing === undefined) throw new TreeRefusal('missing');
    if (mode === 'create' && existing !== undefined) throw new TreeRefusal('exists');
    if (existing !== undefined && mode !== 'replace') return fileOf(posix.basename(path), existing);
    this.#writableParent(path);
    const node = existing ?? { kind: 'file', content: this.#emptyContent(), modifiedMs: Date.now() };
    node.content = this.#emptyContent();
    node.modifiedMs = Date.now();
    this.#nodes.set(path, node);
    return fileOf(posix.basename(path), node);
  }

  async remove(path: string): Promise<void> {
    if (this.#node(path).kind !== 'file') throw new TreeRefusal('is-folder');
    if (!this.#nodes.delete(path)) throw new TreeRefusal('denied');
  }

  async makeFolder(path: string): Promise<void> {
    if (this.#find(path) !== undefined) throw new TreeRefusal('exists');
    this.#writableParent(path);
    this.#nodes.set(path, { kind: 'folder', modifiedMs: Date.now() });
  }

  async removeFolder(path: string): Promise<void> {
    const node = this.#node(path);
    if (node.kind === 'file') throw new TreeRefusal('no-folder');
    if (path === '/' || node.kind === 'generated-folder') throw new TreeRefusal('denied');
    if (this.#children(path).length > 0) throw new TreeRefusal('not-empty');
    this.#nodes.delete(path);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#node(from);
    this.#writableParent(to);
    if (from === to) return;
    const target = this.#find(to);
    if (target !== undefined && target.kind !== 'file') throw new TreeRefusal('exists');
    const below = [...this.#nodes.keys()].filter((path) => path === from || path.startsWith(`${from}/`));
    if (below.length === 0 || to.startsWith(`${from}/`)) throw new TreeRefusal('denied');
    for (const path of below) {
      const node = this.#nodes.get(path);
      this.#nodes.delete(path);
      if (node !== undefined) this.#nodes.set(to + path.slice(from.length), node);
    }
  }

  async setModifiedTime(path: string, modifiedMs: number): Promise<void> {
    this.#node(path).modifiedMs = modifiedMs;
  }

  #children(path: string): readonly (readonly [string, Node])[] {
    return [...this.#nodes].filter(([place]) => place !== '/' && posix.dirname(place) === path);
  }

  #writableParent(path: string): void {
    const parent = this.#node(posix.dirname(path));
    if (parent.kind === 'generated-folder') throw new TreeRefusal('denied');
    if (parent.kind === 'file') throw new TreeRefusal('no-folder');
  }

  #node(path: string): Node {
    const node = this.#find(path);
    if (node === undefined) throw new TreeRefusal('missing');
    return node;
  }

  #find(path: string): Node | undefined {
    const node = this.#nodes.get(path);
    if (node !== undefined || path === '/') return node;
    const parent = this.#nodes.get(posix.dirname(path));
    return parent?.kind === 'generated-folder'
      ? generatedNode(parent.entries(), posix.basename(path))
      : undefined;
  }

  #emptyContent(): Content {
    return this.#keepUploads ? new KeptContent(Buffer.alloc(0)) : new CountedContent();
  }
}

function nodeOf(content: MemoryContent): Node {
  if (typeof content === 'string' || content instanceof Uint8Array) {
    return { kind: 'file', content: new KeptContent(Buffer.from(content)), modifiedMs: DEFAULT_MODIFIED_MS };
  }
  if ('entries' in content) {
    return { kind: 'generated-folder', entries: content.entries, modifiedMs: DEFAULT_MODIFIED_MS };
  }
  const modifiedMs = content.modifiedMs ?? DEFAULT_MODIFIED_MS;
  return { kind: 'file', content: generatedContent(content), modifiedMs };
}

function generatedNode(entries: Iterable<ServedEntry>, name: string): Node | undefined {
  for (const entry of entries) {
    if (entry.name === name) return nodeOf({ sizeBytes: entry.sizeBytes, modifiedMs: entry.modifiedMs });
  }
  return undefined;
}

function entryOf(name: string, node: Node): ServedEntry {
  if (node.kind !== 'file') return { name, kind: 'folder', sizeBytes: 4096, modifiedMs: node.modifiedMs };
  return { name, kind: 'file', sizeBytes: node.content.sizeBytes, modifiedMs: node.modifiedMs };
}

function fileOf(name: string, node: Extract<Node, { kind: 'file' }>): ServedFile {
  return {
    stat: async () => entryOf(name, node),
    read: async (position, length) => node.content.read(position, length),
    write: async (position, bytes) => {
      node.content.write(position, bytes);
      node.modifiedMs = Date.now();
    },
    truncate: async (sizeBytes) => node.content.truncate(sizeBytes),
    close: async () => undefined,
  };
}

function generatedContent(file: GeneratedFile): Content {
  const readOnly = (): never => {
    throw new TreeRefusal('denied');
  };
  return {
    sizeBytes: file.sizeBytes,
    read(position, length) {
      const available = Math.max(0, Math.min(length, file.sizeBytes - position));
      return file.bytesAt?.(position, available) ?? Buffer.alloc(available);
    },
    write: readOnly,
    truncate: readOnly,
  };
}

class KeptContent implements Content {
  #buffer: Buffer;
  #sizeBytes: number;

  constructor(initial: Buffer) {
    this.#buffer = initial;
    this.#sizeBytes = initial.length;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  read(position: number, length: number): Uint8Array {
    return Buffer.from(this.#buffer.subarray(position, Math.min(position + length, this.#sizeBytes)));
  }

  write(position: number, bytes: Uint8Array): void {
    const end = position + bytes.length;
    if (end > MAX_KEPT_BYTES) throw new TreeRefusal('full');
    if (end > this.#buffer.length) {
      const grown = Buffer.alloc(Math.max(end, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, this.#sizeBytes);
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, position);
    this.#sizeBytes = Math.max(this.#sizeBytes, end);
  }

  truncate(sizeBytes: number): void {
    if (sizeBytes > MAX_KEPT_BYTES) throw new TreeRefusal('full');
    if (sizeBytes > this.#sizeBytes) this.write(sizeBytes - 1, Buffer.alloc(1));
    this.#buffer.fill(0, sizeBytes);
    this.#sizeBytes = sizeBytes;
  }
}

class CountedContent implements Content {
  #sizeBytes = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  read(position: number, length: number): Uint8Array {
    return Buffer.alloc(Math.max(0, Math.min(length, this.#sizeBytes - position)));
  }

  write(position: number, bytes: Uint8Array): void {
    this.#sizeBytes = Math.max(this.#sizeBytes, position + bytes.length);
  }

  truncate(sizeBytes: number): void {
    this.#sizeBytes = sizeBytes;
  }
}
