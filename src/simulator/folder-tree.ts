import { constants } from 'node:fs';
import {
  lstat,
  mkdir,
  open,
  opendir,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  utimes,
} from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { Stats } from 'node:fs';
import {
  TreeRefusal,
  type RefusalKind,
  type ServedEntry,
  type ServedFile,
  type ServedOpenMode,
  type ServedTree,
} from './served-tree.js';

const OPEN_FLAGS: Readonly<Record<ServedOpenMode, number>> = {
  read: constants.O_RDONLY,
  replace: constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
  update: constants.O_RDWR | constants.O_CREAT,
};

const REFUSAL_BY_ERRNO: Readonly<Record<string, RefusalKind>> = {
  ENOENT: 'missing',
  EEXIST: 'exists',
  ENOTEMPTY: 'not-empty',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EISDIR: 'is-folder',
  ENOTDIR: 'no-folder',
  ENAMETOOLONG: 'missing',
};

/** Serves a folder on disk; a link that leads out of it is refused. */
export async function folderTree(root: string): Promise<ServedTree> {
  return new FolderTree(await realpath(root));
}

class FolderTree implements ServedTree {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  stat(path: string): Promise<ServedEntry> {
    return refusing(async () => {
      const place = await this.#place(path);
      return entryOf(basename(place), await stat(place));
    });
  }

  lstat(path: string): Promise<ServedEntry> {
    return refusing(async () => {
      const place = await this.#ownPlace(path);
      return entryOf(basename(place), await lstat(place));
    });
  }

  async *list(path: string): AsyncGenerator<ServedEntry> {
    const folder = await refusing(async () => opendir(await this.#place(path)));
    for await (const { name } of folder) {
      const place = join(folder.path, name);
      const facts = await lstat(place).catch(() => undefined);
      if (facts !== undefined) yield entryOf(name, facts);
    }
  }

  open(path: string, mode: ServedOpenMode): Promise<ServedFile> {
    return refusing(async () => {
      const place = await this.#place(path);
      const handle = await open(place, OPEN_FLAGS[mode], 0o644);
      if ((await handle.stat()).isDirectory()) {
        await handle.close();
        throw new TreeRefusal('is-folder');
      }
      return new DiskFile(basename(place), handle);
    });
  }

  remove(path: string): Promise<void> {
    return refusing(async () => {
      const place = await this.#ownPlace(path);
      if ((await lstat(place)).isDirectory()) throw new TreeRefusal('is-folder');
      await rm(place);
    });
  }

  makeFolder(path: string): Promise<void> {
    return refusing(async () => mkdir(await this.#place(path)));
  }

  removeFolder(path: string): Promise<void> {
    return refusing(async () => rmdir(await this.#ownPlace(path)));
  }

  rename(from: string, to: string): Promise<void> {
    return refusing(async () => rename(await this.#ownPlace(from), await this.#ownPlace(to)));
  }

  setModifiedTime(path: string, modifiedMs: number): Promise<void> {
    return refusing(async () => utimes(await this.#place(path), modifiedMs / 1000, modifiedMs / 1000));
  }

  /** The place on disk, every link followed. */
  async #place(path: string): Promise<string> {
    const place = await this.#ownPlace(path);
    const target = await realpath(place).catch(async (thrown: unknown) => {
      if (await isDanglingLink(place)) throw new TreeRefusal('missing', thrown);
      return place;
    });
    return this.#inside(target);
  }

  /** The place on disk of the entry itself: a link is not followed, its folders are. */
  async #ownPlace(path: string): Promise<string> {
    if (path.includes('\0')) throw new TreeRefusal('missing');
    const place = join(this.#root, path);
    if (place === this.#root || place === this.#root + sep) return this.#root;
    return this.#inside(join(await realpath(dirname(place)), basename(place)));
  }

  #inside(place: string): string {
    if (place !== this.#root && !place.startsWith(this.#root + sep)) throw new TreeRefusal('denied');
    return place;
  }
}

class DiskFile implements ServedFile {
  readonly #name: string;
  readonly #handle: FileHandle;

  constructor(name: string, handle: FileHandle) {
    this.#name = name;
    this.#handle = handle;
  }

  stat(): Promise<ServedEntry> {
    return refusing(async () => entryOf(this.#name, await this.#handle.stat()));
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return refusing(async () => {
      const buffer = Buffer.allocUnsafe(length);
      const { bytesRead } = await this.#handle.read(buffer, 0, length, position);
      return buffer.subarray(0, bytesRead);
    });
  }

  write(position: number, bytes: Uint8Array): Promise<void> {
    return refusing(async () => {
      let done = 0;
      while (done < bytes.length) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    });
  }

  truncate(sizeBytes: number): Promise<void> {
    return refusing(() => this.#handle.truncate(sizeBytes));
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function isDanglingLink(place: string): Promise<boolean> {
  return readlink(place).then(
    () => true,
    () => false,
  );
}

function entryOf(name: string, facts: Stats): ServedEntry {
  const kind = facts.isSymbolicLink() ? 'link' : facts.isDirectory() ? 'folder' : 'file';
  return { name, kind, sizeBytes: facts.size, modifiedMs: facts.mtimeMs };
}

/** Runs `work`; what the system refuses becomes a `TreeRefusal`. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof TreeRefusal) throw thrown;
    const errno = (thrown as NodeJS.ErrnoException).code;
    throw new TreeRefusal((errno !== undefined ? REFUSAL_BY_ERRNO[errno] : undefined) ?? 'failed', thrown);
  }
}
