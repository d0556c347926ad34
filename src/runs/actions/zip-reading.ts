import { pipeline, Readable } from 'node:stream';
import { createInflateRaw, crc32 } from 'node:zlib';
import { fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader, type Entry } from 'yauzl';
import type { OpenFile } from '../../core/files.js';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import { localError } from '../../protocols/local/local-errors.js';
import { readBlocks, type FileContext } from './own-file.js';

/** One entry as the archive's directory claims it; `entryBytes` measures. */
export interface ZipEntry {
  /** As it stands there, with `/`; nothing is known of it yet. */
  readonly name: string;
  readonly bytes: number;
  readonly packedBytes: number;
  readonly crc32: number;
  /** 0 stored, 8 deflated; others cannot be unpacked. */
  readonly method: number;
  readonly isEncrypted: boolean;
  /** Type and permissions as Unix has them; 0 where none are given. */
  readonly unixMode: number;
  readonly headerOffset: number;
}

const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER_SIGNATURE = 0x04034b50;

/**
 * The directory of a ZIP archive. Rejects ARCHIVE_INVALID for what is none, LIMIT_EXCEEDED for more than `maxEntries`
 * before any of them is read.
 */
export async function readZipEntries(
  path: string,
  maxEntries: number,
  context: FileContext,
): Promise<readonly ZipEntry[]> {
  const reader = await OwnFileReader.open(path, context);
  try {
    const options = { autoClose: false, lazyEntries: true, decodeStrings: false };
    const zip = await fromRandomAccessReaderPromise(reader, reader.sizeBytes, options);
    if (zip.entryCount > maxEntries)
      throw tooMany(path, `${zip.entryCount} entries`, `${maxEntries} (maxEntries)`);
    const entries: ZipEntry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entryOf(entry));
    return entries;
  } catch (error) {
    throw archiveError(path, error);
  } finally {
    await reader.end();
  }
}

function entryOf(entry: Entry): ZipEntry {
  return {
    name: getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false),
    bytes: entry.uncompressedSize,
    packedBytes: entry.compressedSize,
    crc32: entry.crc32,
    method: entry.compressionMethod,
    isEncrypted: entry.isEncrypted(),
    unixMode: entry.externalFileAttributes >>> 16,
    headerOffset: entry.relativeOffsetOfLocalHeader,
  };
}

/** The content of an entry, unpacked. Rejects ARCHIVE_INVALID where it is not what the directory claims, to the byte. */
export async function* entryBytes(
  path: string,
  entry: ZipEntry,
  context: FileContext,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    const start = await contentStart(path, entry, context);
    const packed = readBlocks(path, context, { start, end: start + entry.packedBytes });
    let bytes = 0;
    let checksum = 0;
    for await (const chunk of entry.method === 0 ? packed : inflated(packed)) {
      bytes += chunk.byteLength;
      if (bytes > entry.bytes) break;
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
    if (bytes !== entry.bytes) throw invalid(path, `${shown(entry)} is not as long as it claims`);
    if (checksum !== entry.crc32) throw invalid(path, `${shown(entry)} is damaged (its checksum differs)`);
  } catch (error) {
    throw archiveError(path, error, entry);
  }
}

async function contentStart(path: string, entry: ZipEntry, context: FileContext): Promise<number> {
  const end = entry.headerOffset + LOCAL_HEADER_BYTES;
  const blocks: Buffer[] = [];
  for await (const block of readBlocks(path, context, { start: entry.headerOffset, end })) blocks.push(block);
  const header = Buffer.concat(blocks);
  if (header.byteLength < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_HEADER_SIGNATURE)
    throw invalid(path, `${shown(entry)} does not stand where the directory says`);
  return end + header.readUInt16LE(26) + header.readUInt16LE(28);
}

/** Unpacks raw deflate. An error of the source comes out as it is. */
async function* inflated(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const inflate = createInflateRaw();
  // Errors come out of the loop below.
  pipeline(Readable.from(packed, { objectMode: false }), inflate, () => undefined);
  for await (const chunk of inflate) yield chunk as Buffer;
}

function shown(entry: ZipEntry): string {
  return `the entry "${printable(entry.name, 120)}"`;
}

function archiveError(path: string, error: unknown, entry?: ZipEntry): TransferError {
  if (error instanceof TransferError) return error;
  const reason = error instanceof Error ? printable(error.message, 200) : 'it cannot be read';
  return invalid(path, `${entry === undefined ? '' : `${shown(entry)}: `}${reason}`, error);
}

/** ARCHIVE_INVALID with the path and what is wrong with it. */
export function invalid(path: string, problem: string, cause?: unknown): TransferError {
  return new TransferError({
    code: 'ARCHIVE_INVALID',
    lastCode: -1,
    phase: 'action',
    message: `${printable(path)}: ${problem}`,
    cause,
  });
}

/** LIMIT_EXCEEDED: more than the rule allows. */
export function tooMany(path: string, found: string, limit: string): TransferError {
  return new TransferError({
    code: 'LIMIT_EXCEEDED',
    lastCode: -1,
    phase: 'action',
    message: `${printable(path)} holds ${found}, more than ${limit}`,
    advice: 'Raise the limit in the rule if the file is to be trusted.',
  });
}

const WINDOW_BYTES = 64 * 1024;

/** What yauzl reads the directory through: our files, a window at a time. */
class OwnFileReader extends RandomAccessReader {
  readonly sizeBytes: number;
  readonly #path: string;
  readonly #file: OpenFile;
  #window = { start: 0, bytes: Buffer.alloc(0) };

  private constructor(path: string, file: OpenFile, sizeBytes: number) {
    super();
    this.#path = path;
    this.#file = file;
    this.sizeBytes = sizeBytes;
  }

  static async open(path: string, context: FileContext): Promise<OwnFileReader> {
    let file: OpenFile | undefined;
    try {
      file = await context.services.platform.files.open(path, 'read');
      return new OwnFileReader(path, file, (await file.stat()).sizeBytes);
    } catch (error) {
      await file?.close();
      throw localError(error, 'read', path);
    }
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    this.#read(length, position).then(
      (bytes) => {
        bytes.copy(buffer, offset);
        callback(bytes.byteLength < length ? new Error('the file ends too soon') : null);
      },
      (error: unknown) => callback(localError(error, 'read', this.#path)),
    );
  }

  async end(): Promise<void> {
    await this.#file.close();
  }

  async #read(length: number, position: number): Promise<Buffer> {
    const { start, bytes } = this.#window;
    const isWithin = position >= start && position + length <= start + bytes.byteLength;
    if (!isWithin) {
      const window = Buffer.alloc(Math.max(length, WINDOW_BYTES));
      const read = await this.#file.read(window, position);
      this.#window = { start: position, bytes: window.subarray(0, read) };
    }
    const at = position - this.#window.start;
    return this.#window.bytes.subarray(at, at + length);
  }
}
