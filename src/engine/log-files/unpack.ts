import { createReadStream } from 'node:fs';
import { pipeline, Readable, type Duplex } from 'node:stream';
import { TextDecoder } from 'node:util';
import * as zlib from 'node:zlib';
import { printable } from '../../core/printable.js';
import { TransferError } from '../../core/transfer-error.js';
import { zipEntryStream } from './zip-entries.js';

/** How the bytes of a log are stored. */
export type LogForm = 'plain' | 'gzip' | 'zstd' | 'zip' | 'utf-16';

/** Where the bytes of a log that cannot be read in ranges come from. Can be passed to another thread, unless it is stdin. */
export type UnpackedSource =
  | { readonly kind: 'stdin'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly name: string }
  | { readonly kind: 'zip-entry'; readonly path: string; readonly entry: string; readonly name: string };

/** By the first bytes, not by the name (RFC 1952, RFC 8878, PKWARE APPNOTE 4.3.7). */
export function formOf(head: Uint8Array): LogForm {
  const [a = 0, b = 0, c = 0, d = 0] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return 'zstd';
  if (a === 0x50 && b === 0x4b && c === 0x03 && d === 0x04) return 'zip';
  return (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) ? 'utf-16' : 'plain';
}

/** The bytes of a log as its writer wrote them. Rejects with LOG_UNREADABLE where they cannot be unpacked. */
export async function* unpackedBytes(source: UnpackedSource): AsyncGenerator<Uint8Array> {
  const packed = await streamOf(source);
  try {
    const [head, bytes] = await withHead(packed);
    yield* unpackedAs(formOf(head), bytes, source.name);
  } catch (error) {
    throw unpackFailure(error, source.name);
  } finally {
    packed.destroy();
  }
}

async function streamOf(source: UnpackedSource): Promise<Readable> {
  switch (source.kind) {
    case 'stdin':
      return process.stdin;
    case 'file':
      return createReadStream(source.path, { highWaterMark: 256 * 1024 });
    case 'zip-entry':
      return zipEntryStream(source.path, source.entry);
  }
}

/** The first bytes, and all bytes, those included. */
async function withHead(stream: Readable): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> {
  const rest = (stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array();
  while (head.byteLength < 4) {
    const next = await rest.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return [
    head,
    (async function* () {
      if (head.byteLength > 0) yield head;
      for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
    })(),
  ];
}

function unpackedAs(
  form: LogForm,
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncIterable<Uint8Array> {
  switch (form) {
    case 'plain':
      return bytes;
    case 'gzip':
      return through(bytes, zlib.createGunzip());
    case 'zstd':
      return through(bytes, zstd(name));
    case 'utf-16':
      return decodedUtf16(bytes);
    case 'zip':
      throw new TransferError({
        code: 'LOG_UNREADABLE',
        lastCode: -1,
        phase: 'log',
        message: `${printable(name)} is a zip archive, which is read only from a file, not from a stream or another archive`,
        advice: 'Unpack it first, or name the archive itself.',
      });
  }
}

function zstd(name: string): Duplex {
  const create = (zlib as unknown as { createZstdDecompress?: () => Duplex }).createZstdDecompress;
  if (create !== undefined) return create();
  throw new TransferError({
    code: 'LOG_UNREADABLE',
    lastCode: -1,
    phase: 'log',
    message: `${printable(name)} is packed with Zstandard, which this Node.js (${process.version}) cannot unpack`,
    advice: 'Use Node.js 22.15 or later, or unpack it: zstd -dc FILE | tally log ... -',
  });
}

function through(bytes: AsyncIterable<Uint8Array>, transform: Duplex): AsyncIterable<Uint8Array> {
  const source = Readable.from(bytes, { objectMode: false });
  // The error comes to whoever reads the transform; the callback keeps it from being thrown a second time.
  pipeline(source, transform, () => undefined);
  return transform;
}

/** PowerShell's `>` and `Out-File` write UTF-16; the byte order mark says which end comes first. */
async function* decodedUtf16(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let decoder: TextDecoder | undefined;
  for await (const piece of bytes) {
    decoder ??= new TextDecoder(piece[0] === 0xfe ? 'utf-16be' : 'utf-16le');
    yield Buffer.from(decoder.decode(piece, { stream: true }));
  }
  const rest = decoder?.decode() ?? '';
  if (rest !== '') yield Buffer.from(rest);
}

function unpackFailure(error: unknown, name: string): unknown {
  if (error instanceof TransferError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (!/^Z_|^ERR_|^ZSTD/.test(code)) return error;
  const isCut = code === 'Z_BUF_ERROR';
  return new TransferError({
    code: 'LOG_UNREADABLE',
    lastCode: -1,
    phase: 'log',
    message: isCut
      ? `${printable(name)} ends in the middle of its packed data; the lines up to there were read`
      : `${printable(name)} is damaged: ${error instanceof Error ? printable(error.message) : code}`,
    advice: 'Fetch the file again from where it was packed; gzip -t FILE tests it.',
    cause: error,
  });
}
