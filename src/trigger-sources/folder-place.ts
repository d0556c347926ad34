import { parse } from 'node:path';
import type { FileFacts, Files } from '../core/files.js';
import { printable } from '../core/printable.js';
import { asTransferError, TransferError } from '../core/transfer-error.js';
import { localError } from '../protocols/local/local-errors.js';
import { LOCAL_DISK, UNKNOWN_SHARE } from './look-lanes.js';

/** Where the watched folder lay at the last good look; kept in the store. */
export interface FolderPlace {
  /** Number of its file system. */
  readonly device: string;
  /** It is on another file system than the root: a disk of its own or a share, which can be missing. */
  readonly isMounted: boolean;
}

export async function placeOf(files: Files, folder: string, facts: FileFacts): Promise<FolderPlace> {
  const root = await files.stat(parse(folder).root);
  const device = deviceOf(facts);
  return { device, isMounted: device !== deviceOf(root) };
}

/** By what looks are kept apart: one share that hangs is no reason to leave the others alone. */
export function shareOf(place: FolderPlace | undefined): string {
  if (place === undefined) return UNKNOWN_SHARE;
  return place.isMounted ? place.device : LOCAL_DISK;
}

/** Plain data of the store as a place, or undefined for what is none. */
export function readPlace(state: unknown): FolderPlace | undefined {
  if (typeof state !== 'object' || state === null) return undefined;
  const { device, isMounted } = state as Partial<Record<keyof FolderPlace, unknown>>;
  return typeof device === 'string' && typeof isMounted === 'boolean' ? { device, isMounted } : undefined;
}

export function isSamePlace(one: FolderPlace, other: FolderPlace | undefined): boolean {
  return one.device === other?.device && one.isMounted === other.isMounted;
}

/**
 * Why an empty folder is not to be believed, or undefined. Where a share is not mounted, its mount point stands there as
 * an empty folder; that all files went at once, together with their file system, is no news to act on.
 */
export function emptyFolderProblem(
  before: { readonly place: FolderPlace | undefined; readonly hadEntries: boolean },
  now: FolderPlace,
): string | undefined {
  if (before.place === undefined || before.place.device === now.device) return undefined;
  if (before.place.isMounted && !now.isMounted)
    return 'its share is not mounted: the folder is empty and lies on the root file system now';
  if (before.hadEntries) return 'it lies on another file system than before and is suddenly empty';
  return undefined;
}

/**
 * What went wrong with a look: an error of the system as FOLDER_FAILED with the system's own number; a refusal of the
 * lanes with the name of the folder; failures of others (the store) as they are.
 */
export function folderFailed(folder: string, cause: unknown): TransferError {
  if (cause instanceof TransferError) return cause;
  if (typeof (cause as NodeJS.ErrnoException | undefined)?.code !== 'string')
    return asTransferError(cause, 'list');
  const own = localError(cause, 'list', folder);
  return new TransferError({
    code: 'FOLDER_FAILED',
    lastCode: own.lastCode,
    phase: 'list',
    message: `folder ${printable(folder)}: ${FAILURE_WORDS[own.code] ?? own.message}`,
    cause,
  });
}

export function folderProblem(folder: string, problem: string): TransferError {
  return new TransferError({
    code: 'FOLDER_FAILED',
    lastCode: -1,
    phase: 'list',
    message: `folder ${printable(folder)}: ${problem}`,
  });
}

const FAILURE_WORDS: Readonly<Record<string, string>> = {
  NOT_FOUND: 'it does not exist, or its share is not there',
  NOT_A_FOLDER: 'it is a file and no folder',
  PERMISSION_DENIED: 'it may not be read by the account that the daemon runs as',
};

function deviceOf({ identity }: FileFacts): string {
  return identity.slice(0, identity.indexOf(':'));
}
