import { TRANSFER_KEYS, type TransferSettings } from '../../settings/transfer-schema.js';
import { readLocalPath, readLocation, readNewName, readNewPath, type PathBase } from '../read-location.js';
import type { RuleCursor } from '../rule-findings.js';
import { withoutUndefined } from '../without-undefined.js';
import type { WrittenGroup } from './action-schema.js';
import type {
  ArchiveAction,
  CompressAction,
  DeleteAction,
  ExtractAction,
  ListAction,
  MakeFolderAction,
  RenameAction,
  TransferAction,
} from './action.js';

/** Readers of the actions on files: from what is written to what is carried out. `at` is the action's group. */

type WrittenTransfer = WrittenGroup<'copy'> | WrittenGroup<'download'>;

export function readTransfer(
  kind: TransferAction['kind'],
  written: WrittenTransfer,
  at: RuleCursor,
  base: PathBase,
): TransferAction {
  const { from, to, recursive } = written;
  const options = Object.fromEntries(TRANSFER_KEYS.map((key) => [key, written[key]])) as TransferSettings;
  const target = at.at('to').within({ isTransferTarget: true });
  const removeSource = 'remove' in written && written.remove;
  if (written.removeSkippedSource === true && kind !== 'move' && !removeSource) {
    const remedy = kind === 'download' ? 'also needs "remove: true"' : 'goes with move';
    at.at('removeSkippedSource').problem(`"removeSkippedSource" ${remedy}: ${kind} removes no source`);
  }
  return {
    kind,
    from: readLocation(from, at.at('from'), 'read', base),
    to: readLocation(to, target, 'write', base),
    recursive,
    removeSource,
    options: withoutUndefined(options),
  };
}

export function readList(
  { from, into, recursive }: WrittenGroup<'list'>,
  at: RuleCursor,
  base: PathBase,
): ListAction {
  return { kind: 'list', from: readLocation(from, at.at('from'), 'read', base), into, recursive };
}

export function readRename(
  { from, to, replace }: WrittenGroup<'rename'>,
  at: RuleCursor,
  base: PathBase,
): RenameAction {
  return {
    kind: 'rename',
    from: readLocation(from, at.at('from'), 'read', base),
    to: readNewName(to, from, at.at('to'), base),
    replace,
  };
}

export function readDelete(
  written: string | WrittenGroup<'delete'>,
  at: RuleCursor,
  base: PathBase,
): DeleteAction {
  if (typeof written === 'string') {
    const path = readLocation(written, at, 'remove', base);
    return { kind: 'delete', path, recursive: false, folder: false, missingOk: false };
  }
  const { path, recursive, folder, olderThan: olderThanMs, missingOk } = written;
  if (folder && (recursive || olderThanMs !== undefined)) {
    at.problem('"folder" removes one empty folder: it goes with neither recursive nor olderThan');
  }
  return withoutUndefined({
    kind: 'delete' as const,
    path: readLocation(path, at.at('path'), 'remove', base),
    recursive,
    folder,
    olderThanMs,
    missingOk,
  });
}

export function readMakeFolder(
  written: string | WrittenGroup<'makeFolder'>,
  at: RuleCursor,
  base: PathBase,
): MakeFolderAction {
  const [path, place] = typeof written === 'string' ? [written, at] : [written.path, at.at('path')];
  return { kind: 'makeFolder', path: readLocation(path, place, 'write', base) };
}

export function readArchive(
  written: string | WrittenGroup<'archive'>,
  at: RuleCursor,
  base: PathBase,
): ArchiveAction {
  const isShort = typeof written === 'string';
  const { path, to } = isShort ? { path: '%FS.PATH%', to: written } : written;
  const place = isShort ? at : at.at('to');
  return {
    kind: 'archive',
    path: readLocation(path, isShort ? at : at.at('path'), 'read', base),
    to: readNewPath(to, path, place, base),
  };
}

export function readCompress(
  written: WrittenGroup<'compress'>,
  at: RuleCursor,
  base: PathBase,
): CompressAction {
  const { from, to, format, remove: removeSource } = written;
  return {
    kind: 'compress',
    from: readLocalPath(from, at.at('from'), 'read', base),
    to: readLocalPath(to, at.at('to'), 'write', base),
    format: format ?? formatOf(to),
    removeSource,
  };
}

export function readExtract(written: WrittenGroup<'extract'>, at: RuleCursor, base: PathBase): ExtractAction {
  const { from, to, format, overwrite, maxSize: maxBytes, maxEntries } = written;
  return {
    kind: 'extract',
    from: readLocalPath(from, at.at('from'), 'read', base),
    to: readLocalPath(to, at.at('to'), 'write', base),
    format: format ?? formatOf(from),
    overwrite,
    maxBytes,
    maxEntries,
  };
}

function formatOf(packedFile: string): 'zip' | 'gzip' {
  return /\.(gz|gzip)$/i.test(packedFile) ? 'gzip' : 'zip';
}
