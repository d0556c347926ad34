import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { ZipFile } from 'yazl';
import { readBlocks, type FileContext } from './own-file.js';
import { refuseChanged, type SourceFile } from './source-files.js';

/** What went into an archive, by the name there. */
export type PackedContent = Map<string, { readonly bytes: number; readonly crc32: number }>;

/** Beyond this an entry is written in the format for large files at once: packed it may be a little larger. */
const LARGE_BYTES = 0xf000_0000;

/**
 * The bytes of a ZIP archive of these files, in their order. `content` is filled with what was read of each. Rejects
 * SOURCE_CHANGED for a file that changes meanwhile.
 */
export async function* zipBytes(
  sources: readonly SourceFile[],
  content: PackedContent,
  context: FileContext,
): AsyncGenerator<Buffer, void, undefined> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  for (const source of sources) {
    const options = {
      mtime: new Date(source.facts.modifiedMs),
      mode: 0o100644,
      forceZip64Format: source.facts.sizeBytes >= LARGE_BYTES,
    };
    zip.addReadStreamLazy(source.name, options, (take) => {
      const stream = Readable.from(watchedBlocks(source, content, context), { objectMode: false });
      stream.on('error', (error) => output.destroy(error));
      take(undefined, stream);
    });
  }
  zip.end();
  for await (const chunk of output) yield chunk as Buffer;
}

/** The blocks of a source; when they are through, what they were is noted. */
export async function* watchedBlocks(
  source: SourceFile,
  content: PackedContent,
  context: FileContext,
): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  let checksum = 0;
  for await (const block of readBlocks(source.path, context)) {
    bytes += block.byteLength;
    checksum = crc32(block, checksum);
    yield block;
  }
  await refuseChanged(source, context);
  content.set(source.name, { bytes, crc32: checksum });
}
