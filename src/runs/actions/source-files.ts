import { posix } from 'node:path';
import type { FileFacts } from '../../core/files.js';
import { printable } from '../../core/printable.js';
import { joinRemote, remotePath, type RemotePath } from '../../core/remote-path.js';
import { throwIfCancelled, TransferError } from '../../core/transfer-error.js';
import { localError } from '../../protocols/local/local-errors.js';
import { isTemporaryName } from '../../transfers/temporary-name.js';
import { hasWildcard, parsePattern, type PatternSegment } from '../../transfers/wildcard.js';
import { factsIfThere, refuseLinkedOut, type FileContext } from './own-file.js';

/** A file that an action works on. */
export interface SourceFile {
  readonly path: string;
  /** Below the folder that the mask or folder begins with, parted by `/`; for a single file its name. */
  readonly name: string;
  /** As they were when the file was found. */
  readonly facts: FileFacts;
}

/**
 * The files that a path of a rule means: one file, those that fit a mask (`**` goes through folders), or all below a
 * folder; in the order of their names. Links and files still on their way are left out. Rejects NOT_FOUND when a path
 * without a mask is not there; a mask may find nothing.
 */
export async function sourceFiles(path: string, context: FileContext): Promise<readonly SourceFile[]> {
  if (hasWildcard(path)) {
    const { base, segments } = parsePattern(remotePath(path), path.split('/').includes('**'));
    const whole = segments.at(-1) === '**' ? [...segments, anyName] : segments;
    return sorted(await filesBelow({ folder: base, name: '', segments: whole }, context));
  }
  const facts = await factsIfThere(path.replace(/(?<=.)\/+$/, ''), context);
  if (facts === undefined) throw notFound(path);
  if (facts.kind === 'folder') {
    return sorted(
      await filesBelow({ folder: remotePath(path), name: '', segments: ['**', anyName] }, context),
    );
  }
  await refuseLinkedOut(path, context);
  const { files } = context.services.platform;
  const followed = facts.kind === 'link' ? await files.stat(path) : facts;
  if (followed.kind !== 'file') throw notAFile(path);
  return [{ path, name: posix.basename(path), facts: followed }];
}

const anyName = (): boolean => true;

interface Place {
  readonly folder: RemotePath;
  /** Of the folder, below the first one. */
  readonly name: string;
  readonly segments: readonly PatternSegment[];
}

async function filesBelow(place: Place, context: FileContext): Promise<SourceFile[]> {
  const found = new Map<string, SourceFile>();
  const open: Place[] = [place];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const each of await look(next, context)) {
      if ('folder' in each) open.push(each);
      else found.set(each.path, each);
    }
  }
  return [...found.values()];
}

/** Files of one folder that fit, and the folders below it in which some may. */
async function look(place: Place, context: FileContext): Promise<readonly (SourceFile | Place)[]> {
  const { files } = context.services.platform;
  const found: (SourceFile | Place)[] = [];
  const [segment, ...rest] = place.segments;
  if (segment === undefined) return [];
  const isDeep = segment === '**';
  const matches = isDeep ? rest[0] : segment;
  try {
    for await (const { name } of files.list(place.folder)) {
      throwIfCancelled(context.signal, 'list');
      if (isTemporaryName(name)) continue;
      const path = joinRemote(place.folder, name);
      const facts = await factsIfThere(path, context);
      const relative = place.name === '' ? name : `${place.name}/${name}`;
      if (facts?.kind === 'folder') found.push(...placesIn(path, relative, place.segments));
      const isLast = isDeep ? rest.length === 1 : rest.length === 0;
      const isMatch = matches !== undefined && matches !== '**' && matches(name);
      if (facts?.kind === 'file' && isLast && isMatch) found.push({ path, name: relative, facts });
    }
  } catch (error) {
    throw localError(error, 'list', place.folder);
  }
  return found;
}

function placesIn(folder: RemotePath, name: string, segments: readonly PatternSegment[]): readonly Place[] {
  const [segment, ...rest] = segments;
  const own = posix.basename(name);
  if (segment !== '**') {
    return segment?.(own) && rest.length > 0 ? [{ folder, name, segments: rest }] : [];
  }
  const next = rest[0];
  const isNext = next !== undefined && next !== '**' && rest.length > 1 && next(own);
  return [{ folder, name, segments }, ...(isNext ? [{ folder, name, segments: rest.slice(1) }] : [])];
}

function sorted(found: readonly SourceFile[]): readonly SourceFile[] {
  return found.toSorted((one, other) => (one.name < other.name ? -1 : Number(one.name > other.name)));
}

function notFound(path: string): TransferError {
  return new TransferError({
    code: 'NOT_FOUND',
    lastCode: 2,
    phase: 'stat',
    message: `local ${printable(path)}: it is not there`,
    side: 'us',
  });
}

function notAFile(path: string): TransferError {
  return new TransferError({
    code: 'REFUSED',
    lastCode: -1,
    phase: 'stat',
    message: `local ${printable(path)} is neither a file nor a folder`,
    side: 'us',
  });
}

/** Rejects SOURCE_CHANGED when the file is not the one any more that was found. */
export async function refuseChanged(source: SourceFile, context: FileContext): Promise<void> {
  const now = await context.services.platform.files.stat(source.path).catch(() => undefined);
  const isSame =
    now?.sizeBytes === source.facts.sizeBytes &&
    now.modifiedMs === source.facts.modifiedMs &&
    now.identity === source.facts.identity;
  if (isSame) return;
  throw new TransferError({
    code: 'SOURCE_CHANGED',
    lastCode: -1,
    phase: 'verify',
    message: `local ${printable(source.path)} was changed while it was worked on`,
    side: 'us',
  });
}
