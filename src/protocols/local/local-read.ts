import { BLOCK_BYTES, type BlockPool } from '../../core/block-pool.js';
import type { OpenFile } from '../../core/files.js';
import type { Receipt } from '../../core/outcome.js';
import type { Platform } from '../../core/platform.js';
import { throwIfCancelled, TransferError } from '../../core/transfer-error.js';
import type { ByteSink, ReadOptions } from '../protocol-client.js';
import { unlessAborted } from '../interruptible.js';
import { localError } from './local-errors.js';

/** Smaller pieces are not worth a block of the pool. */
const SMALL_BYTES = BLOCK_BYTES / 8;

/** Hands a file's bytes to the sink; the next piece is read from the disk while the sink takes the last. */
export async function readFile(
  { files, blocks }: Pick<Platform, 'files' | 'blocks'>,
  path: string,
  sink: ByteSink,
  options: ReadOptions,
): Promise<Receipt> {
  throwIfCancelled(options.signal, 'read');
  const opened = await onDisk(path, openForReading(files, path));
  try {
    const start = options.offset ?? 0;
    let position = start;
    let next = readPiece(opened, position, blocks);
    for (;;) {
      const { chunk, isLast } = await onDisk(path, next);
      if (chunk.byteLength === 0) return { lastCode: 0, bytes: position - start };
      throwIfCancelled(options.signal, 'read');
      position += chunk.byteLength;
      next = isLast ? Promise.resolve(NOTHING) : readPiece(opened, position, blocks);
      // A refusal of the sink leaves the read ahead without a reader.
      next.catch(() => undefined);
      const wait = sink.write(chunk);
      if (wait !== undefined) await unlessAborted(wait, options.signal, 'read');
    }
  } finally {
    await onDisk(path, opened.file.close());
  }
}

interface OpenedFile {
  readonly file: OpenFile;
  /** When it was opened; Infinity for a device or a pipe, of which nobody knows. */
  readonly sizeBytes: number;
}

interface Piece {
  readonly chunk: Uint8Array;
  /** The read came back short, where the file ended when it was opened. */
  readonly isLast: boolean;
}

const NOTHING: Piece = { chunk: new Uint8Array(0), isLast: true };

async function openForReading(files: Platform['files'], path: string): Promise<OpenedFile> {
  const file = await files.open(path, 'read');
  try {
    const { kind, sizeBytes } = await file.stat();
    if (kind === 'folder') throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    return { file, sizeBytes: kind === 'file' ? sizeBytes : Number.POSITIVE_INFINITY };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readPiece(
  { file, sizeBytes }: OpenedFile,
  position: number,
  blocks: BlockPool,
): Promise<Piece> {
  const block = blockFor(sizeBytes - position, blocks);
  const count = await file.read(block, position);
  if (count === 0) blocks.give(block);
  const isShort = count < block.byteLength;
  const chunk = isShort ? block.subarray(0, count) : block;
  return { chunk, isLast: isShort && position + count >= sizeBytes };
}

/**
 * What is small has memory of its own size, and one byte more that shows whether it has grown: many small files at
 * once would each take a large block.
 */
function blockFor(restBytes: number, blocks: BlockPool): Uint8Array {
  return restBytes >= 0 && restBytes < SMALL_BYTES ? Buffer.allocUnsafe(restBytes + 1) : blocks.take();
}

async function onDisk<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TransferError) throw error;
    throw localError(error, 'read', path);
  }
}
