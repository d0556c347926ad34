import type { RemoteEntry } from '../protocol-client.js';

/** ATTRS as ssh2 gives them: a field that the server left out is undefined. */
export interface SftpAttributes {
  readonly mode?: number | undefined;
  readonly size?: number | undefined;
  /** Seconds since 1970, unsigned 32 bits. */
  readonly mtime?: number | undefined;
}

/** One row of SSH_FXP_NAME. */
export interface SftpName {
  readonly filename: string;
  /** The row as `ls -l` prints it; free text by the draft, but its first letter is the kind everywhere. */
  readonly longname?: string | undefined;
  readonly attrs: SftpAttributes;
}

export type EntryKind = RemoteEntry['kind'];

const KIND_BY_MODE: Readonly<Record<number, EntryKind>> = {
  0o100000: 'file',
  0o040000: 'folder',
  0o120000: 'link',
};
const KIND_MASK = 0o170000;
const KIND_BY_LETTER: Readonly<Record<string, EntryKind>> = { '-': 'file', d: 'folder', l: 'link' };
const LS_MODE = /^[-dlbcps][-rwxsStTaAl.+@]{9}/;

/** The kind by the permission bits, else by the letter of an `ls -l` row, else undefined. */
export function entryKind(attributes: SftpAttributes, longname = ''): EntryKind | undefined {
  const type = (attributes.mode ?? 0) & KIND_MASK;
  if (type !== 0) return KIND_BY_MODE[type] ?? 'other';
  if (!LS_MODE.test(longname)) return undefined;
  return KIND_BY_LETTER[longname.charAt(0)] ?? 'other';
}

/** An entry from what the server said, nothing added. */
export function remoteEntry(name: string, kind: EntryKind, attributes: SftpAttributes): RemoteEntry {
  const { size, mtime } = attributes;
  return {
    name,
    kind,
    sizeBytes: kind === 'folder' ? undefined : size,
    modifiedMs: mtime === undefined ? undefined : mtime * 1000,
    precisionMs: mtime === undefined ? undefined : 1000,
  };
}

/** One row of a READDIR answer; links are not followed. */
export function listedEntry({ filename, longname, attrs }: SftpName): RemoteEntry {
  return remoteEntry(filename, entryKind(attrs, longname) ?? 'other', attrs);
}
