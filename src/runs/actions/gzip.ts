import { pipeline, Readable } from 'node:stream';
import { createGunzip, createGzip, crc32 } from 'node:zlib';
import { TransferError } from '../../core/transfer-error.js';
import { readBlocks, type FileContext } from './own-file.js';
import { invalid } from './zip-reading.js';

/** The chunks, packed. An error of the source comes out as it is. */
export async function* gzipBytes(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const gzip = createGzip();
  // Errors come out of the loop below.
  pipeline(Readable.from(chunks, { objectMode: false }), gzip, () => undefined);
  for await (const chunk of gzip) yield chunk as Buffer;
}

/** The content of a gzip file. Rejects ARCHIVE_INVALID for one that is damaged, cut short or none. */
export async function* gunzipBytes(
  path: string,
  context: FileContext,
): AsyncGenerator<Buffer, void, undefined> {
  const gunzip = createGunzip();
  pipeline(Readable.from(readBlocks(path, context), { objectMode: false }), gunzip, () => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof TransferError) throw error;
    throw invalid(path, 'it is damaged, cut short, or not packed by gzip', error);
  }
}

/** Length and checksum of what comes. */
export async function measure(
  chunks: AsyncIterable<Buffer>,
): Promise<{ readonly bytes: number; readonly crc32: number }> {
  let bytes = 0;
  let checksum = 0;
  for await (const chunk of chunks) {
    bytes += chunk.byteLength;
    checksum = crc32(chunk, checksum);
  }
  return { bytes, crc32: checksum };
}
