import { posix } from 'node:path';
import { printable } from '../../core/printable.js';
import { localNameProblem } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';
import { invalid, tooMany, type ZipEntry } from './zip-reading.js';

/** One file that comes out of an archive. */
export interface UnpackedFile {
  readonly entry: ZipEntry;
  /** Below the target folder, parted by `/`; every part is one safe name. */
  readonly name: string;
}

export interface UnpackPlan {
  readonly files: readonly UnpackedFile[];
  /** Folders that the archive names, also empty ones. */
  readonly folders: readonly string[];
}

export interface UnpackLimits {
  readonly maxBytes: number;
  readonly os: NodeJS.Platform;
}

const MODE_TYPE = 0o170000;
const MODE_FILE = 0o100000;
const MODE_FOLDER = 0o040000;

/**
 * What an archive would give, decided by its directory alone, before a byte is written. Rejects NAME_REFUSED for
 * names that lead out of the folder or cannot be files here, ARCHIVE_INVALID for links, devices, encrypted entries,
 * unknown methods and two entries of one name (in any case), LIMIT_EXCEEDED for more bytes than allowed.
 */
export function planUnpacking(path: string, entries: readonly ZipEntry[], limits: UnpackLimits): UnpackPlan {
  const files = new Map<string, UnpackedFile>();
  const folders = new Map<string, string>();
  let bytes = 0;
  for (const entry of entries) {
    const name = safeName(path, entry, limits.os);
    if (name === '') continue;
    refuseOddEntry(path, entry);
    bytes += entry.bytes;
    if (bytes > limits.maxBytes)
      throw tooMany(path, `at least ${bytes} bytes`, `${limits.maxBytes} (maxSize)`);
    const key = sameName(name);
    if (isFolderEntry(entry)) {
      folders.set(key, name);
      continue;
    }
    if (files.has(key))
      throw invalid(path, `two entries are named "${printable(name, 120)}", or differ only by case`);
    files.set(key, { entry, name });
  }
  refuseFilesAsFolders(path, files, folders);
  return { files: [...files.values()], folders: [...folders.values()] };
}

function refuseFilesAsFolders(
  path: string,
  files: ReadonlyMap<string, UnpackedFile>,
  folders: ReadonlyMap<string, string>,
): void {
  for (const key of [...folders.keys(), ...files.keys()]) {
    const above = folders.has(key) ? [key, ...foldersAbove(key)] : foldersAbove(key);
    const clash = above.find((folder) => files.has(folder));
    if (clash !== undefined)
      throw invalid(path, `"${printable(clash, 120)}" is both a file and a folder in it`);
  }
}

function foldersAbove(name: string): readonly string[] {
  const above: string[] = [];
  for (let folder = posix.dirname(name); folder !== '.'; folder = posix.dirname(folder)) above.push(folder);
  return above;
}

/** Names that some file system takes for one and the same. */
function sameName(name: string): string {
  return name.normalize('NFC').toLowerCase().normalize('NFC');
}

function isFolderEntry(entry: ZipEntry): boolean {
  return entry.name.endsWith('/') || (entry.unixMode & MODE_TYPE) === MODE_FOLDER;
}

/** Empty for the folder itself (`./`). */
function safeName(path: string, entry: ZipEntry, os: NodeJS.Platform): string {
  const refuse = (problem: string) =>
    new TransferError({
      code: 'NAME_REFUSED',
      lastCode: -1,
      phase: 'action',
      message: `${printable(path)}: refused the entry "${printable(entry.name, 120)}": ${problem}`,
      side: 'partner',
      advice: 'Nothing of the file was unpacked. Ask the partner who made it.',
    });
  if (entry.name === '') throw refuse('it has no name');
  if (entry.name.startsWith('/')) throw refuse('it is an absolute path');
  if (Buffer.byteLength(entry.name) > MAX_NAME_BYTES)
    throw refuse(`it is longer than ${MAX_NAME_BYTES} bytes`);
  const parts = entry.name
    .replace(/\/$/, '')
    .split('/')
    .filter((part) => part !== '.');
  for (const part of parts) {
    const problem = localNameProblem(part, os);
    if (problem !== undefined) throw refuse(problem);
  }
  return parts.join('/');
}

const MAX_NAME_BYTES = 4096;

function refuseOddEntry(path: string, entry: ZipEntry): void {
  const name = `the entry "${printable(entry.name, 120)}"`;
  const type = entry.unixMode & MODE_TYPE;
  if (type !== 0 && type !== MODE_FILE && type !== MODE_FOLDER)
    throw invalid(path, `${name} is a link or a device, which is never unpacked`);
  if (entry.isEncrypted)
    throw invalid(path, `${name} is encrypted by a ZIP password: ask for it without one, or by OpenPGP`);
  if (entry.method !== 0 && entry.method !== 8)
    throw invalid(path, `${name} is packed by method ${entry.method}, which only few programs know`);
}
