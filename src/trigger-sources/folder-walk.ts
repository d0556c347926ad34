import { join, resolve, sep } from 'node:path';
import type { FileFacts, Files } from '../core/files.js';
import { printable } from '../core/printable.js';
import { throwIfCancelled } from '../core/transfer-error.js';
import type { FileReadiness } from './file-readiness.js';
import type { SeenFile } from './seen-file.js';

/** One thing that a look at a local folder shows. */
export type Found =
  | { readonly kind: 'file'; readonly file: SeenFile }
  /** It never counts as it is, and why. */
  | { readonly kind: 'leftOut'; readonly path: string; readonly reason: string }
  /** A folder whose entries come next. */
  | { readonly kind: 'folder'; readonly path: string; readonly facts: FileFacts }
  /** A folder below that cannot be read; the look goes on. */
  | { readonly kind: 'unreadable'; readonly path: string; readonly cause: unknown };

export interface FolderWalkOptions {
  readonly files: Files;
  /** Absolute. */
  readonly folder: string;
  readonly readiness: FileReadiness;
  readonly signal: AbortSignal;
  /** Called after each answer of the system. */
  readonly alive: () => void;
  /** True for a path that needs no look at the file itself. */
  readonly isKnown: (relativePath: string) => boolean;
}

/** Folders deeper than this are a loop made of mounts. */
const MAX_DEPTH = 64;

/**
 * The files of a folder, read in a stream, one call of the system at a time: a share that hangs keeps one thread. Rejects
 * with Node's own error when the folder itself cannot be read; what comes or goes during the look is fine.
 */
export class FolderWalk {
  readonly #options: FolderWalkOptions;
  #realFolder: string | undefined;

  constructor(options: FolderWalkOptions) {
    this.#options = options;
  }

  async *everything(): AsyncIterable<Found> {
    const waiting = [''];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      for await (const found of this.#folder(folder, waiting)) yield found;
    }
  }

  /** One file by its path below the folder; undefined when it is gone or is not for us to see. `folder`: there is one of that name. */
  async one(relativePath: string): Promise<Found | 'folder' | undefined> {
    const parents = relativePath.split('/').slice(0, -1);
    const isEntered = parents.every((_, index) =>
      this.#options.readiness.entersFolder(parents.slice(0, index + 1).join('/')),
    );
    if (!isEntered) return undefined;
    const found = await this.#entry(relativePath);
    return found === 'folder' && !this.#options.readiness.entersFolder(relativePath) ? undefined : found;
  }

  async *#folder(relativeFolder: string, waiting: string[]): AsyncIterable<Found> {
    const path = this.#pathOf(relativeFolder);
    try {
      yield { kind: 'folder', path, facts: await this.#answer(this.#options.files.stat(path)) };
      for await (const { name, kind } of this.#options.files.list(path)) {
        this.#answered();
        const relativePath = relativeFolder === '' ? name : `${relativeFolder}/${name}`;
        const found = kind === 'folder' ? 'folder' : await this.#entry(relativePath);
        if (found === 'folder') this.#enter(relativePath, waiting);
        else if (found !== undefined) yield found;
      }
    } catch (error) {
      if (this.#options.signal.aborted || relativeFolder === '') throw error;
      // A folder that went during the look is no failure.
      if (errnoOf(error) !== 'ENOENT') yield { kind: 'unreadable', path, cause: error };
    }
    this.#answered();
  }

  #enter(relativePath: string, waiting: string[]): void {
    const isTooDeep = relativePath.split('/').length > MAX_DEPTH;
    if (!isTooDeep && this.#options.readiness.entersFolder(relativePath)) waiting.push(relativePath);
  }

  /** Looks at one entry by name first: most of what does not count costs no call. */
  async #entry(relativePath: string): Promise<Found | 'folder' | undefined> {
    const { readiness, files, isKnown } = this.#options;
    const path = this.#pathOf(relativePath);
    const objection = readiness.nameObjection(relativePath);
    if (objection !== undefined) return { kind: 'leftOut', path, reason: objection.reason };
    if (isKnown(relativePath)) return undefined;
    try {
      const facts = await this.#answer(files.lstat(path));
      if (facts.kind === 'folder') return 'folder';
      if (facts.kind === 'link') return await this.#link(relativePath);
      if (facts.kind === 'file') return fileOf(relativePath, path, facts);
      return { kind: 'leftOut', path, reason: 'neither a file nor a folder' };
    } catch (error) {
      if (this.#options.signal.aborted || errnoOf(error) !== 'ENOENT') throw error;
      return relativePath.includes('\ufffd') ? unreadableName(path) : undefined;
    }
  }

  /** A link counts as the file that it leads to, as long as that lies in the watched folder too. */
  async #link(relativePath: string): Promise<Found> {
    const { files, folder } = this.#options;
    const path = this.#pathOf(relativePath);
    try {
      this.#realFolder ??= await this.#answer(files.realPath(folder));
      const target = await this.#answer(files.realPath(path));
      const leftOut = (reason: string): Found => ({ kind: 'leftOut', path, reason });
      if (!target.startsWith(this.#realFolder.endsWith(sep) ? this.#realFolder : `${this.#realFolder}${sep}`))
        return leftOut(`a link that leads out of the folder, to ${printable(target)}`);
      const facts = await this.#answer(files.stat(path));
      if (facts.kind !== 'file') return leftOut('a link to a folder, which is not followed');
      return fileOf(relativePath, path, facts);
    } catch (error) {
      if (this.#options.signal.aborted || !['ENOENT', 'ELOOP'].includes(errnoOf(error) ?? '')) throw error;
      return { kind: 'leftOut', path, reason: 'a link that leads nowhere' };
    }
  }

  #pathOf(relativePath: string): string {
    return relativePath === '' ? resolve(this.#options.folder) : join(this.#options.folder, relativePath);
  }

  async #answer<T>(call: Promise<T>): Promise<T> {
    const answer = await call;
    this.#answered();
    return answer;
  }

  #answered(): void {
    throwIfCancelled(this.#options.signal, 'list');
    this.#options.alive();
  }
}

function fileOf(relativePath: string, path: string, facts: FileFacts): Found {
  const { sizeBytes, modifiedMs, identity } = facts;
  return { kind: 'file', file: { relativePath, path, sizeBytes, modifiedMs, precisionMs: 1, identity } };
}

/** The listing shows it, but the name that we read does not lead to it. */
function unreadableName(path: string): Found {
  return { kind: 'leftOut', path, reason: 'its name is not UTF-8, so that it cannot be opened; rename it' };
}

function errnoOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
