import { posix } from 'node:path';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import type { ExtractAction } from '../../rules/actions/action.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import { endOf } from './action-end.js';
import { gunzipBytes, measure } from './gzip.js';
import { factsIfThere, ownPath, readBlocks, type FileContext } from './own-file.js';
import { sourceFiles, type SourceFile } from './source-files.js';
import { makeFolders, StagedFile } from './staged-file.js';
import { planUnpacking, type UnpackedFile } from './unpack-plan.js';
import { entryBytes, readZipEntries, tooMany } from './zip-reading.js';

/**
 * Unpacks ZIP or gzip files. Of each packed file everything is unpacked under temporary names and measured first; the
 * names are given only when all of it is whole, so that a damaged or hostile one leaves nothing.
 */
export function performExtract(action: ExtractAction, context: ActionContext): Promise<ActionEnd> {
  return endOf(extract(action, context));
}

async function extract(action: ExtractAction, context: ActionContext): Promise<ActionEnd> {
  const from = await ownPath(action.from, context);
  const to = await ownPath(action.to, context);
  const sources = await sourceFiles(from, context);
  if (sources.length === 0)
    return { kind: 'succeeded', text: `no file fits ${printable(from)}; nothing was unpacked` };
  const unpacked: { readonly from: string; readonly files: readonly string[] }[] = [];
  for (const source of sources) {
    const files =
      action.format === 'zip'
        ? await unzip(action, { source, to }, context)
        : await gunzip(action, { source, to, isOne: sources.length === 1 }, context);
    unpacked.push({ from: source.path, files: files.slice(0, KEPT_NAMES) });
  }
  const verb = context.isShadow ? 'would unpack' : 'unpacked';
  const names = sources.map(({ path }) => printable(path)).slice(0, 3);
  const more = sources.length > names.length ? ', ...' : '';
  return {
    kind: 'succeeded',
    text: `${verb} ${names.join(', ')}${more} into ${printable(to)}`,
    detail: { unpacked },
    ...(context.isShadow ? {} : { filesSucceeded: sources.length }),
  };
}

/** So many names of each packed file are kept for the story. */
const KEPT_NAMES = 100;

interface Unpacking {
  readonly source: SourceFile;
  readonly to: string;
}

/** Gives the names of the files. */
async function unzip(
  action: ExtractAction,
  { source, to }: Unpacking,
  context: ActionContext,
): Promise<readonly string[]> {
  const { platform } = context.services;
  const entries = await readZipEntries(source.path, action.maxEntries, context);
  const plan = planUnpacking(source.path, entries, { maxBytes: action.maxBytes, os: platform.host.os });
  await refuseLinkedFolders(
    to,
    [...plan.folders, ...plan.files.map(({ name }) => posix.dirname(name))],
    context,
  );
  const open: UnpackedFile[] = [];
  for (const file of plan.files) {
    const target = posix.join(to, file.name);
    const isDone = !action.overwrite && (await isUnpackedAlready(target, file.entry, context));
    if (!isDone) open.push(file);
  }
  if (context.isShadow) return plan.files.map(({ name }) => name);
  await unpackAll(action, { source, to }, open, context);
  for (const folder of plan.folders) await makeFolders(posix.join(to, folder), platform);
  return plan.files.map(({ name }) => name);
}

async function unpackAll(
  action: ExtractAction,
  { source, to }: Unpacking,
  files: readonly UnpackedFile[],
  context: FileContext,
): Promise<void> {
  const staged: StagedFile[] = [];
  try {
    for (const { entry, name } of files) {
      const chunks = entryBytes(source.path, entry, context);
      staged.push(await StagedFile.write(posix.join(to, name), chunks, context, to));
    }
    while (staged[0] !== undefined) {
      await makeFolders(posix.dirname(staged[0].final), context.services.platform);
      await staged[0].commit(action.overwrite ? 'replace' : 'refuse');
      staged.shift();
    }
  } catch (error) {
    for (const file of staged) await file.discard();
    throw error;
  }
}

/** A target that is there: the very same content is taken as done (an earlier try got so far), another refused. */
async function isUnpackedAlready(
  target: string,
  content: { readonly bytes: number; readonly crc32: number },
  context: FileContext,
): Promise<boolean> {
  const facts = await factsIfThere(target, context);
  if (facts === undefined) return false;
  if (facts.kind === 'file' && facts.sizeBytes === content.bytes) {
    const there = await measure(readBlocks(target, context));
    if (there.crc32 === content.crc32) return true;
  }
  throw new TransferError({
    code: 'ALREADY_EXISTS',
    lastCode: 80,
    phase: 'action',
    message: `${printable(target)} is there already, with other content; nothing was unpacked`,
    side: 'us',
    advice: 'Unpack into a folder of its own, or say overwrite: true.',
  });
}

/** A link that somebody laid below the target would lead the files elsewhere. */
async function refuseLinkedFolders(
  to: string,
  folders: readonly string[],
  context: FileContext,
): Promise<void> {
  const above = folders.flatMap((folder) => {
    const parts = folder.split('/');
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  for (const folder of new Set(above)) {
    const path = posix.join(to, folder);
    if ((await factsIfThere(path, context))?.kind !== 'link' || folder === '.') continue;
    throw new TransferError({
      code: 'PATH_REFUSED',
      lastCode: -1,
      phase: 'action',
      message: `refused ${printable(path)}: it is a link, and files are unpacked into real folders only`,
    });
  }
}

async function gunzip(
  action: ExtractAction,
  { source, to, isOne }: Unpacking & { readonly isOne: boolean },
  context: ActionContext,
): Promise<readonly string[]> {
  const isFolder = to.endsWith('/') || !isOne || (await factsIfThere(to, context))?.kind === 'folder';
  const target = isFolder ? posix.join(to, unpackedName(source.name)) : to;
  const limited = () => atMost(action.maxBytes, source.path, gunzipBytes(source.path, context));
  if (!action.overwrite && (await factsIfThere(target, context)) !== undefined) {
    await isUnpackedAlready(target, await measure(limited()), context);
    return [target];
  }
  if (context.isShadow) return [target];
  const staged = await StagedFile.write(target, limited(), context);
  try {
    await staged.commit(action.overwrite ? 'replace' : 'refuse');
  } catch (error) {
    await staged.discard();
    throw error;
  }
  return [target];
}

/** `a.csv.gz` -> `a.csv`, `a.tgz` -> `a.tar`; the name that the file itself holds is the sender's and does not count. */
function unpackedName(name: string): string {
  if (/\.tgz$/i.test(name)) return name.replace(/\.tgz$/i, '.tar');
  return /.\.gz$/i.test(name) ? name.replace(/\.gz$/i, '') : `${name}.unpacked`;
}

async function* atMost(
  maxBytes: number,
  path: string,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw tooMany(path, `at least ${bytes} bytes`, `${maxBytes} (maxSize)`);
    yield chunk;
  }
}
