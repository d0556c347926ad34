import { joinRemote, remoteName, remotePath, type RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import type { ResolvedPlace } from '../settings/resolve-place.js';
import { refuseListing, withSession } from '../transfers/batch-plan.js';
import type { FoundFile } from '../transfers/entry-spool.js';
import { EVERYTHING_BELOW, walkSource, type WalkOptions } from '../transfers/source-walk.js';
import { dosMatcher, parsePattern, type PathPattern } from '../transfers/wildcard.js';
import type { RunServices } from './run-services.js';

export interface FileSearch {
  readonly services: Pick<RunServices, 'placeBook'>;
  readonly signal: AbortSignal;
  readonly recursive: boolean;
  /** Ends with so many; more are LIMIT_EXCEEDED only where `refuseMore`. */
  readonly most: number;
  readonly refuseMore?: boolean;
}

/** A file at a place: what its listing says of it. */
export interface PlacedFile {
  readonly path: RemotePath;
  readonly sizeBytes: number | undefined;
  readonly modifiedMs: number | undefined;
}

export interface FoundFiles {
  readonly files: readonly PlacedFile[];
  /** Names that are not safe to use and were left out; listing lines that were not understood. */
  readonly warnings: readonly string[];
}

/**
 * The files that a path means: those of a mask, of a folder (with `recursive` all below it), or the file itself. A
 * mask in a folder that is there and fits nothing finds nothing; a missing folder or file is NOT_FOUND.
 */
export async function findFiles(resolved: ResolvedPlace, search: FileSearch): Promise<FoundFiles> {
  const { place } = resolved;
  const files: PlacedFile[] = [];
  const warnings: string[] = [];
  const pattern = parsePattern(place.path, search.recursive);
  const pool = search.services.placeBook.poolOf(resolved);
  await withSession(pool, search.signal, async (session) => {
    const meant = await meantPattern(session, pattern, place.path, search, files);
    if (meant === undefined) return;
    refuseListing(place);
    const add = (found: FoundFile): Promise<void> => {
      if (files.length >= search.most) return Promise.reject(new EnoughFiles());
      files.push(placed(meant.base, found));
      return Promise.resolve();
    };
    await untilEnough(walkSource(session, meant, walkOptions(search, add, warnings)), place.text, search);
  });
  return { files, warnings };
}

/** Undefined when the path is a file, which stands among the files then. */
async function meantPattern(
  session: ProtocolClient,
  pattern: PathPattern,
  path: RemotePath,
  { recursive, signal }: FileSearch,
  files: PlacedFile[],
): Promise<PathPattern | undefined> {
  if (pattern.segments.length > 0) return pattern;
  const base = remotePath(path === '/' ? path : path.replace(/\/+$/, ''));
  const inFolder = { base, segments: recursive ? EVERYTHING_BELOW : [dosMatcher('*')] };
  if (base === '' || base === '/') return inFolder;
  const entry = await session.stat(base, { signal });
  if (entry.kind === 'folder') return inFolder;
  files.push({ path: base, sizeBytes: entry.sizeBytes, modifiedMs: entry.modifiedMs });
  return undefined;
}

function walkOptions(
  { signal }: FileSearch,
  add: (found: FoundFile) => Promise<void>,
  warnings: string[],
): WalkOptions {
  return {
    signal,
    spool: { add },
    found: () => undefined,
    warned: (text) => void warnings.push(text),
    refused: async (error) => void warnings.push(error.message),
  };
}

function placed(base: RemotePath, { names, sizeBytes, modifiedMs }: FoundFile): PlacedFile {
  const path = names.reduce<RemotePath>((folder, name) => joinRemote(folder, name), base);
  return { path, sizeBytes, modifiedMs };
}

/** Ends a walk; it never leaves this file. */
class EnoughFiles extends Error {}

async function untilEnough(walk: Promise<void>, text: string, search: FileSearch): Promise<void> {
  try {
    await walk;
  } catch (error) {
    if (!(error instanceof EnoughFiles)) throw error;
    if (search.refuseMore !== true) return;
    throw new TransferError({
      code: 'LIMIT_EXCEEDED',
      lastCode: -1,
      phase: 'list',
      message: `${text} has more than ${search.most} files`,
      side: 'us',
      advice: 'Name fewer by a narrower mask, or move files by a mask in place of a loop over them.',
    });
  }
}

/** The file's name. */
export function nameOf({ path }: Pick<PlacedFile, 'path'>): string {
  return remoteName(path);
}
