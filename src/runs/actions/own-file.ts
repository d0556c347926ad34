import { posix } from 'node:path';
import type { FileFacts } from '../../core/files.js';
import { parseLocation } from '../../core/location.js';
import { printable } from '../../core/printable.js';
import { TransferError, throwIfCancelled } from '../../core/transfer-error.js';
import { localError } from '../../protocols/local/local-errors.js';
import { rootsOf } from '../../rules/variables/rooted-path.js';
import type { ActionContext } from '../action-context.js';

/** What actions on files of this machine need of their context. */
export type FileContext = Pick<
  ActionContext,
  'scope' | 'rule' | 'signal' | 'services' | 'isResumed' | 'begunMs'
>;

const BLOCK_BYTES = 256 * 1024;

/**
 * A text of the rule as an absolute local path, parted by `/`. Rejects UNSUPPORTED for a place at a partner, and
 * PATH_REFUSED outside the rule's roots, also where a link leads out of them.
 */
export async function ownPath(template: string, context: FileContext): Promise<string> {
  const text = context.scope.location(template);
  const location = parseLocation(text);
  if (location.kind !== 'local') {
    throw new TransferError({
      code: 'UNSUPPORTED',
      lastCode: -1,
      phase: 'action',
      message: `${printable(text)} is no place on this machine, and this action works on files of this machine only`,
      advice: 'Fetch the file first (copy or download), or send what comes of it afterwards.',
    });
  }
  const path = slashed(location.path, context);
  await refuseLinkedOut(path, context);
  return path;
}

/** Paths of Windows by `/`, which it takes as well; elsewhere a backslash is a part of a name. */
function slashed(path: string, { services }: FileContext): string {
  return services.platform.host.os === 'win32' ? path.replaceAll('\\', '/') : path;
}

/** Follows every link of the part of the path that exists, and refuses one that leads out of the roots. */
export async function refuseLinkedOut(path: string, context: FileContext): Promise<void> {
  const { files, host } = context.services.platform;
  const real = await realPart(path, context);
  for (const root of rootsOf(context.rule, host.os)) {
    const realRoot = await files.realPath(root).catch(() => undefined);
    if (realRoot !== undefined && isBelow(slashed(real, context), slashed(realRoot, context))) return;
  }
  throw new TransferError({
    code: 'PATH_REFUSED',
    lastCode: -1,
    phase: 'action',
    message: `refused ${printable(path)}: a link leads from it to ${printable(real)}, outside the folders that the rule may touch`,
  });
}

async function realPart(path: string, context: FileContext): Promise<string> {
  const { files } = context.services.platform;
  for (let part = path; ; part = posix.dirname(part)) {
    try {
      return await files.realPath(part);
    } catch (error) {
      const errno = (error as NodeJS.ErrnoException).code;
      if ((errno !== 'ENOENT' && errno !== 'ENOTDIR') || part === posix.dirname(part))
        throw localError(error, 'stat', part);
      await refuseBrokenLink(part, context);
    }
  }
}

/** A link to what does not exist yet would be followed by whoever makes it. */
async function refuseBrokenLink(path: string, { services }: FileContext): Promise<void> {
  const facts = await services.platform.files.lstat(path).catch(() => undefined);
  if (facts?.kind !== 'link') return;
  throw new TransferError({
    code: 'PATH_REFUSED',
    lastCode: -1,
    phase: 'action',
    message: `refused ${printable(path)}: it is a link to something that does not exist`,
  });
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** Facts of what stands there, a link not followed; undefined when nothing does. */
export async function factsIfThere(path: string, { services }: FileContext): Promise<FileFacts | undefined> {
  try {
    return await services.platform.files.lstat(path);
  } catch (error) {
    const errno = (error as NodeJS.ErrnoException).code;
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw localError(error, 'stat', path);
  }
}

/** Which bytes; `end` is not included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The bytes of a file, block by block in buffers of their own. Rejects with a TransferError that names the file. */
export async function* readBlocks(
  path: string,
  context: FileContext,
  range?: ByteRange,
): AsyncGenerator<Buffer, void, undefined> {
  const { files } = context.services.platform;
  try {
    const file = await files.open(path, 'read');
    try {
      const end = range?.end ?? Infinity;
      for (let at = range?.start ?? 0; at < end;) {
        throwIfCancelled(context.signal, 'read');
        const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, end - at));
        const bytes = await file.read(block, at);
        if (bytes === 0) break;
        at += bytes;
        yield block.subarray(0, bytes);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw localError(error, 'read', path);
  }
}
