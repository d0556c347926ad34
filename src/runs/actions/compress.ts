import { posix } from 'node:path';
import { counted } from '../../core/counted.js';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import { localError } from '../../protocols/local/local-errors.js';
import type { CompressAction } from '../../rules/actions/action.js';
import { hasWildcard } from '../../transfers/wildcard.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import { endOf } from './action-end.js';
import { gunzipBytes, gzipBytes, measure } from './gzip.js';
import { factsIfThere, ownPath, type FileContext } from './own-file.js';
import { refuseChanged, sourceFiles, type SourceFile } from './source-files.js';
import { StagedFile } from './staged-file.js';
import { entryBytes, readZipEntries } from './zip-reading.js';
import { watchedBlocks, zipBytes, type PackedContent } from './zip-writing.js';

/**
 * Packs files into a ZIP archive, or each into a gzip file. The packed file is read back and proven before it gets its
 * name; sources are removed only then. One whose sources are removed never replaces another.
 */
export function performCompress(action: CompressAction, context: ActionContext): Promise<ActionEnd> {
  return endOf(compress(action, context));
}

/** One packed file and what goes into it. */
interface Packing {
  readonly target: string;
  readonly sources: readonly SourceFile[];
}

async function compress(action: CompressAction, context: ActionContext): Promise<ActionEnd> {
  const from = await ownPath(action.from, context);
  const to = await ownPath(action.to, context);
  const packings = await plan(action, { from, to }, context);
  const count = packings.reduce((sum, { sources }) => sum + sources.length, 0);
  const names = packings.map(({ target }) => printable(target)).slice(0, 3);
  const into = `${names.join(', ')}${packings.length > names.length ? ', ...' : ''}`;
  const detail = { packed: packings.map(({ target, sources }) => ({ target, files: sources.length })) };
  if (count === 0) return { kind: 'succeeded', text: `no file fits ${printable(from)}; nothing was packed` };
  if (context.isShadow)
    return { kind: 'succeeded', text: `would pack ${counted(count, 'file')} into ${into}`, detail };
  for (const packing of packings) await pack(action, packing, context);
  const removed = action.removeSource ? ' and removed them' : '';
  return {
    kind: 'succeeded',
    text: `packed ${counted(count, 'file')} into ${into}${removed}`,
    detail,
    filesSucceeded: count,
  };
}

interface Paths {
  readonly from: string;
  readonly to: string;
}

async function plan(action: CompressAction, paths: Paths, context: FileContext): Promise<readonly Packing[]> {
  const { from, to } = paths;
  const isFolder = to.endsWith('/') || (await factsIfThere(to, context))?.kind === 'folder';
  const inFolder = (name: string) => posix.join(to, name);
  const found = await sourcesLeft(from, context);
  if (action.format === 'zip') {
    const target = isFolder ? inFolder(`${archiveName(from)}.zip`) : to;
    return [{ target, sources: found.filter(({ path }) => path !== target) }];
  }
  const sources = found.filter(({ path }) => path !== to && !(isFolder && path.endsWith('.gz')));
  if (!isFolder && sources.length > 1) throw oneFileOnly(from, to, sources.length);
  return sources.map((source) => ({
    target: isFolder ? inFolder(`${source.name}.gz`) : to,
    sources: [source],
  }));
}

/** After a crash the sources may be gone already: then there is nothing left to do. */
async function sourcesLeft(from: string, context: FileContext): Promise<readonly SourceFile[]> {
  try {
    return await sourceFiles(from, context);
  } catch (error) {
    const isGone = error instanceof TransferError && error.code === 'NOT_FOUND';
    if (isGone && context.isResumed) return [];
    throw error;
  }
}

function archiveName(from: string): string {
  if (hasWildcard(from)) return posix.basename(posix.dirname(from)).replaceAll(/[*?]/g, '_');
  return posix.basename(from);
}

async function pack(action: CompressAction, packing: Packing, context: FileContext): Promise<void> {
  if (!(await isPackedAlready(action, packing, context))) await packAnew(action, packing, context);
  if (!action.removeSource) return;
  for (const source of packing.sources) await removeSource(source, packing.target, context);
}

async function packAnew(action: CompressAction, packing: Packing, context: FileContext): Promise<void> {
  const { target } = packing;
  // A packed file whose sources are gone is the only one that there is.
  const onTaken = action.removeSource ? 'refuse' : 'replace';
  if (onTaken === 'refuse' && (await factsIfThere(target, context)) !== undefined) throw taken(target);
  const content: PackedContent = new Map();
  const staged = await StagedFile.write(target, packedBytes(action, packing, content, context), context);
  try {
    await prove(action, staged.temporary, content, context);
    await staged.commit(onTaken);
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

function packedBytes(
  action: CompressAction,
  { sources }: Packing,
  content: PackedContent,
  context: FileContext,
): AsyncIterable<Buffer> {
  const [first] = sources;
  if (action.format === 'zip' || first === undefined) return zipBytes(sources, content, context);
  return gzipBytes(watchedBlocks(first, content, context));
}

/** Reads the packed file from the disk and compares it with what was read of each source. */
async function prove(
  action: CompressAction,
  path: string,
  content: PackedContent,
  context: FileContext,
): Promise<void> {
  const found = await contentOf(action.format, path, context);
  for (const [name, { bytes, crc32 }] of content) {
    const there = found.get(action.format === 'zip' ? name : '');
    if (there?.bytes === bytes && there.crc32 === crc32) continue;
    throw new TransferError({
      code: 'CONTENT_MISMATCH',
      lastCode: -1,
      phase: 'verify',
      message: `${printable(path)} does not hold ${printable(name)} as it was read`,
      side: 'us',
    });
  }
}

async function contentOf(format: 'zip' | 'gzip', path: string, context: FileContext): Promise<PackedContent> {
  if (format === 'gzip') return new Map([['', await measure(gunzipBytes(path, context))]]);
  const content: PackedContent = new Map();
  for (const entry of await readZipEntries(path, Infinity, context)) {
    content.set(entry.name, await measure(entryBytes(path, entry, context)));
  }
  return content;
}

/** An earlier try may have come as far as the packed file: then it holds all that is still there. */
async function isPackedAlready(
  action: CompressAction,
  packing: Packing,
  context: FileContext,
): Promise<boolean> {
  const { target, sources } = packing;
  if (!action.removeSource || (await factsIfThere(target, context))?.kind !== 'file') return false;
  const now: PackedContent = new Map();
  for (const source of sources) {
    const blocks = watchedBlocks(source, now, context);
    while (!(await blocks.next()).done);
  }
  try {
    await prove(action, target, now, context);
    return true;
  } catch (error) {
    const code = error instanceof TransferError ? error.code : undefined;
    if (code === 'CONTENT_MISMATCH' || code === 'ARCHIVE_INVALID') return false;
    throw error;
  }
}

async function removeSource(source: SourceFile, target: string, context: FileContext): Promise<void> {
  try {
    await refuseChanged(source, context);
    await context.services.platform.files.remove(source.path);
  } catch (thrown) {
    const error = localError(thrown, 'remove', source.path);
    throw new TransferError({
      code: 'SOURCE_NOT_REMOVED',
      lastCode: error.lastCode,
      phase: 'remove',
      message: `packed into ${printable(target)}, but not removed: ${error.message}`,
      side: 'us',
      cause: error,
    });
  }
}

function taken(target: string): TransferError {
  return new TransferError({
    code: 'ALREADY_EXISTS',
    lastCode: 80,
    phase: 'action',
    message: `${printable(target)} is there already, and may be all that is left of files that were removed`,
    side: 'us',
    advice: 'Put %EVENT.DATESTAMP% or %RUN.ID% into the name.',
  });
}

function oneFileOnly(from: string, to: string, count: number): TransferError {
  return new TransferError({
    code: 'REFUSED',
    lastCode: -1,
    phase: 'action',
    message: `gzip packs one file: ${printable(from)} means ${count}, and ${printable(to)} is no folder`,
    side: 'us',
    advice: 'Let "to" end with / (each file is packed for itself), or use zip.',
  });
}
