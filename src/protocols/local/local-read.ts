import type { Files, OpenFile } from '../../core/files.js';
import type { Receipt } from '../../core/outcome.js';
import { throwIfCancelled, TransferError } from '../../core/transfer-error.js';
import type { ByteSink, ReadOptions } from '../protocol-client.js';
import { unlessAborted } from './interruptible.js';
import { localError } from './local-errors.js';

const CHUNK_BYTES = 512 * 1024;

/** Hands a file's bytes to the sink; the next piece is read from the disk while the sink takes the last. */
export async function readFile(
  files: Files,
  path: string,
  sink: ByteSink,
  options: ReadOptions,
): Promise<Receipt> {
  throwIfCancelled(options.signal, 'read');
  const file = await onDisk(path, openForReading(files, path));
  try {
    const start = options.offset ?? 0;
    let position = start;
    let next = readChunk(file, position);
    for (;;) {
      const chunk = await onDisk(path, next);
      if (chunk.byteLength === 0) return { lastCode: 0, bytes: position - start };
      throwIfCancelled(options.signal, 'read');
      position += chunk.byteLength;
      next = readChunk(file, position);
      // A refusal of the sink leaves the read ahead without a reader.
      next.catch(() => undefined);
      const wait = sink.write(chunk);
      if (wait !== undefined) await unlessAborted(wait, options.signal, 'read');
    }
  } finally {
    await onDisk(path, file.close());
  }
}

async function openForReading(files: Files, path: string): Promise<OpenFile> {
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

async function readChunk(file: OpenFile, position: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const count = await file.read(buffer, position);
  return count === buffer.byteLength ? buffer : buffer.subarray(0, count);
}

async function onDisk<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TransferError) throw error;
    throw localError(error, 'read', path);
  }
}
