import type { BlockPool } from '../../core/block-pool.js';
import type { OpenFile } from '../../core/files.js';
import type { Receipt } from '../../core/outcome.js';
import type { Platform } from '../../core/platform.js';
import { throwIfCancelled, TransferError } from '../../core/transfer-error.js';
import type { ByteSink, ReadOptions } from '../protocol-client.js';
import { unlessAborted } from '../interruptible.js';
import { localError } from './local-errors.js';

/** Hands a file's bytes to the sink; the next piece is read from the disk while the sink takes the last. */
export async function readFile(
  { files, blocks }: Pick<Platform, 'files' | 'blocks'>,
  path: string,
  sink: ByteSink,
  options: ReadOptions,
): Promise<Receipt> {
  throwIfCancelled(options.signal, 'read');
  const file = await onDisk(path, openForReading(files, path));
  try {
    const start = options.offset ?? 0;
    let position = start;
    let next = readChunk(file, position, blocks);
    for (;;) {
      const chunk = await onDisk(path, next);
      if (chunk.byteLength === 0) return { lastCode: 0, bytes: position - start };
      throwIfCancelled(options.signal, 'read');
      position += chunk.byteLength;
      next = readChunk(file, position, blocks);
      // A refusal of the sink leaves the read ahead without a reader.
      next.catch(() => undefined);
      const wait = sink.write(chunk);
      if (wait !== undefined) await unlessAborted(wait, options.signal, 'read');
    }
  } finally {
    await onDisk(path, file.close());
  }
}

async function openForReading(files: Platform['files'], path: string): Promise<OpenFile> {
  const file = await files.open(path, 'read');
  try {
    const { kind } = await file.stat();
    if (kind === 'folder') throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readChunk(file: OpenFile, position: number, blocks: BlockPool): Promise<Uint8Array> {
  const block = blocks.take();
  const count = await file.read(block, position);
  if (count === 0) blocks.give(block);
  return count === block.byteLength ? block : block.subarray(0, count);
}

async function onDisk<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TransferError) throw error;
    throw localError(error, 'read', path);
  }
}
