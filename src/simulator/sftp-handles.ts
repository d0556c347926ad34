import { HOSTILE_NAMES, type FlowDeed } from './faults.js';
import { unixLine } from './ftp-listing-lines.js';
import type { ToldAttributes, ToldName } from './sftp-packets.js';
import { TreeRefusal, type ServedEntry, type ServedFile, type ServedTree } from './served-tree.js';

/** A file that a client has open. */
export interface FileHandle {
  readonly kind: 'file';
  readonly path: string;
  readonly file: ServedFile;
  readonly canWrite: boolean;
  readonly appends: boolean;
  /** What happens to its bytes: as ordered when it was opened, and at any READ or WRITE since. */
  readonly deeds: FlowDeed[];
  /** Bytes read and written so far. */
  movedBytes: number;
}

/** A folder that a client lists. */
export interface FolderHandle {
  readonly kind: 'folder';
  readonly entries: AsyncIterator<ServedEntry>;
}

const ENTRIES_PER_PACKET = 100;
const NAME_BYTES_PER_PACKET = 65_536;

/** What one session has open. */
export class SftpHandles {
  readonly #open = new Map<string, FileHandle | FolderHandle>();
  #count = 0;

  add(handle: FileHandle | FolderHandle): string {
    this.#count += 1;
    const name = `h${this.#count}`;
    this.#open.set(name, handle);
    return name;
  }

  file(name: string, deeds: readonly FlowDeed[] = []): FileHandle {
    const handle = this.#open.get(name);
    if (handle?.kind !== 'file') throw new TreeRefusal('failed');
    handle.deeds.push(...deeds);
    return handle;
  }

  folder(name: string): FolderHandle {
    const handle = this.#open.get(name);
    if (handle?.kind !== 'folder') throw new TreeRefusal('failed');
    return handle;
  }

  /** The handle that was closed; refuses an unknown one. */
  async close(name: string): Promise<FileHandle | FolderHandle> {
    const handle = this.#open.get(name);
    if (handle === undefined) throw new TreeRefusal('failed');
    this.#open.delete(name);
    if (handle.kind === 'file') await handle.file.close();
    else await handle.entries.return?.();
    return handle;
  }

  async closeAll(): Promise<void> {
    const names = [...this.#open.keys()];
    await Promise.allSettled(names.map((name) => this.close(name)));
  }
}

/** The entries of a folder as the deeds let them be told. */
export async function* toldEntries(
  tree: ServedTree,
  path: string,
  deeds: readonly FlowDeed[],
): AsyncGenerator<ServedEntry> {
  for (const deed of deeds) {
    if (deed.kind !== 'hostileNames') continue;
    for (const name of deed.names ?? HOSTILE_NAMES) yield { name, kind: 'file', sizeBytes: 1, modifiedMs: 0 };
  }
  const folder = await tree.stat(path);
  yield { ...folder, name: '.' };
  yield { ...folder, name: '..' };
  for await (const entry of tree.list(path)) yield toldEntry(entry, deeds);
  if (!deeds.some((deed) => deed.kind === 'endlessListing')) return;
  for (let index = 0; ; index += 1)
    yield { name: `endless-${index}`, kind: 'file', sizeBytes: 1, modifiedMs: 0 };
}

/** The next names of a listing, as many as go into one packet; none at its end. */
export async function nextNames(folder: FolderHandle): Promise<readonly ToldName[]> {
  const names: ToldName[] = [];
  let bytes = 0;
  while (names.length < ENTRIES_PER_PACKET && bytes < NAME_BYTES_PER_PACKET) {
    const next = await folder.entries.next();
    if (next.done === true) break;
    const { name } = next.value;
    names.push({ name, longName: unixLine(next.value, Date.now()), attributes: attributesOf(next.value) });
    bytes += Buffer.byteLength(name) * 2;
  }
  return names;
}

export function toldEntry(entry: ServedEntry, deeds: readonly FlowDeed[]): ServedEntry {
  const byBytes = deeds.reduce((sum, deed) => (deed.kind === 'wrongSize' ? sum + deed.byBytes : sum), 0);
  return byBytes === 0 ? entry : { ...entry, sizeBytes: entry.sizeBytes + byBytes };
}

const PERMISSIONS = { file: 0o100644, folder: 0o040755, link: 0o120777 } as const;

export function attributesOf(entry: ServedEntry): ToldAttributes {
  return {
    sizeBytes: entry.sizeBytes,
    permissions: PERMISSIONS[entry.kind],
    modifiedSeconds: Math.floor(entry.modifiedMs / 1000),
  };
}
