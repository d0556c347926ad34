import { basename, dirname } from 'node:path';
import type { EntryKind, FileFacts, Files } from '../core/files.js';
import type { FolderHints } from './folder-hints.js';

interface SimulatedEntry {
  kind: EntryKind;
  sizeBytes: number;
  modifiedMs: number;
  inode: number;
  /** Of a link. */
  target?: string;
}

/** How the share answers: as it should, with an error of the system, or not at all. */
export type ShareMood = 'well' | 'hangs' | 'ENOENT' | 'EIO' | 'EACCES';

/** A tree of files in memory below one folder, whose file system can be taken away, exchanged or made to hang. */
export class SimulatedFolder implements FolderHints {
  readonly folder: string;
  readonly entries = new Map<string, SimulatedEntry>();
  mood: ShareMood = 'well';
  /** Of the folder and all in it; the root is on device 1. */
  device = 1;
  calls = 0;
  #inode = 100;
  #waiting: (() => void)[] = [];
  readonly #listeners = new Map<string, (name: string | undefined) => void>();

  constructor(folder: string) {
    this.folder = folder;
    this.entries.set(folder, { kind: 'folder', sizeBytes: 0, modifiedMs: 0, inode: 99 });
  }

  put(path: string, facts: { readonly sizeBytes?: number; readonly modifiedMs: number }): void {
    const { sizeBytes = 1, modifiedMs } = facts;
    const inode = this.entries.get(path)?.inode ?? (this.#inode += 1);
    this.entries.set(path, { kind: 'file', sizeBytes, modifiedMs, inode });
  }

  putFolder(path: string): void {
    this.entries.set(path, { kind: 'folder', sizeBytes: 0, modifiedMs: 0, inode: (this.#inode += 1) });
  }

  putLink(path: string, target: string): void {
    this.entries.set(path, { kind: 'link', sizeBytes: 0, modifiedMs: 0, inode: (this.#inode += 1), target });
  }

  rename(from: string, to: string): void {
    const entry = this.entries.get(from);
    if (entry === undefined) return;
    this.entries.delete(from);
    this.entries.set(to, entry);
  }

  /** What hung goes on; the share is well again. */
  recover(): void {
    this.mood = 'well';
    for (const go of this.#waiting.splice(0)) go();
  }

  get hanging(): number {
    return this.#waiting.length;
  }

  /** The system tells of this path. */
  hint(path: string): void {
    this.#listeners.get(dirname(path))?.(basename(path));
  }

  /** The system lost count of what happened in this folder. */
  overflow(folder: string): void {
    this.#listeners.get(folder)?.(undefined);
  }

  async watch(folder: string, listener: (name: string | undefined) => void) {
    this.#listeners.set(folder, listener);
    return { stop: () => void this.#listeners.delete(folder), hasEnded: () => false };
  }

  get watched(): readonly string[] {
    return [...this.#listeners.keys()];
  }

  readonly files: Files = {
    ...refusing,
    stat: async (path) => this.#facts(this.#follow(path)),
    lstat: async (path) => this.#facts(path),
    realPath: async (path) => this.#follow(path),
    list: (path) => this.#list(path),
  };

  async *#list(path: string): AsyncIterable<{ name: string; kind: EntryKind }> {
    await this.#answer();
    if (this.entries.get(path)?.kind !== 'folder') throw errno(this.entries.has(path) ? 'ENOTDIR' : 'ENOENT');
    for (const [entryPath, { kind }] of [...this.entries]) {
      if (dirname(entryPath) !== path || entryPath === path) continue;
      await this.#answer();
      yield { name: basename(entryPath), kind };
    }
  }

  async #facts(path: string): Promise<FileFacts> {
    if (path === '/') return { kind: 'folder', sizeBytes: 0, modifiedMs: 0, identity: '1:2' };
    await this.#answer();
    const entry = this.entries.get(path);
    if (entry === undefined) throw errno('ENOENT');
    const { kind, sizeBytes, modifiedMs, inode } = entry;
    return { kind, sizeBytes, modifiedMs, identity: `${this.device}:${inode}` };
  }

  #follow(path: string): string {
    const entry = this.entries.get(path);
    if (entry?.kind !== 'link') return path;
    if (entry.target === undefined || !this.entries.has(entry.target)) {
      if (entry.target?.startsWith(this.folder) !== false) throw errno('ENOENT');
    }
    return entry.target ?? path;
  }

  async #answer(): Promise<void> {
    this.calls += 1;
    if (this.mood === 'hangs') await new Promise<void>((go) => this.#waiting.push(go));
    if (this.mood !== 'well' && this.mood !== 'hangs') throw errno(this.mood);
  }
}

const refuse = (): never => {
  throw new Error('a watched folder is only looked at');
};

const refusing: Files = {
  open: refuse,
  stat: refuse,
  lstat: refuse,
  list: refuse,
  rename: refuse,
  link: refuse,
  remove: refuse,
  makeFolder: refuse,
  removeFolder: refuse,
  setModifiedTime: refuse,
  syncFolder: refuse,
  readAll: refuse,
  realPath: refuse,
};

function errno(code: string): Error {
  return Object.assign(new Error(`${code}: simulated`), { code });
}
