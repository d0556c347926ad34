import { ReadableStream } from 'node:stream/web';
import * as openpgp from 'openpgp';
import { TransferError } from '../../core/transfer-error.js';
import { readBlocks, type FileContext } from './own-file.js';
import { isArmored } from './pgp-keys.js';

/** The library names its streams by the types of a package that it does not bring: to us a message is one of bytes. */
export type PgpMessage = openpgp.Message<Uint8Array>;

/** A file as the library reads it, and the failure of our own disk, which it would wrap. */
export interface PgpSource {
  /** The content as it is. */
  content(): Promise<PgpMessage>;
  /** The OpenPGP packets in it, binary or as text. */
  message(): Promise<PgpMessage>;
  /** Rethrows the failure of our own disk or a cancel, if there was one. */
  refuseFailed(): void;
}

/** Works on a file in blocks, so that its size does not matter; it is closed afterwards, however far it was read. */
export async function withPgpSource<T>(
  path: string,
  context: FileContext,
  work: (source: PgpSource) => Promise<T>,
): Promise<T> {
  const { source, close } = openSource(path, context);
  try {
    return await work(source);
  } finally {
    await close();
  }
}

function openSource(
  path: string,
  context: FileContext,
): { source: PgpSource; close: () => Promise<unknown> } {
  let failure: unknown;
  async function* blocks(): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield* readBlocks(path, context);
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  const rest = blocks();
  const source: PgpSource = {
    content: () => created(openpgp.createMessage({ binary: ReadableStream.from(rest) })),
    message: async () => {
      const first = await rest.next();
      const head = first.done === true ? Buffer.alloc(0) : first.value;
      const all = joined(head, rest);
      return isArmored(head)
        ? created(openpgp.readMessage({ armoredMessage: ReadableStream.from(asText(all)) }))
        : created(openpgp.readMessage({ binaryMessage: ReadableStream.from(all) }));
    },
    refuseFailed: () => {
      if (failure instanceof TransferError) throw failure;
    },
  };
  return { source, close: () => rest.return() };
}

function created(message: Promise<unknown>): Promise<PgpMessage> {
  return message as Promise<PgpMessage>;
}

async function* joined(
  head: Buffer,
  rest: AsyncIterable<Buffer>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield head;
  yield* rest;
}

/** The armour is plain ASCII. */
async function* asText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  for await (const chunk of chunks) yield Buffer.from(chunk).toString('latin1');
}

/** What the library gives, as bytes; what breaks it on the way becomes `failed`, but our own failures stay. */
export async function* resultBytes(
  result: unknown,
  source: PgpSource,
  failed: (cause: unknown) => TransferError,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunksOf(result);
    source.refuseFailed();
  } catch (error) {
    source.refuseFailed();
    throw error instanceof TransferError ? error : failed(error);
  }
}

/**
 * What the library gives, a stream or all at once. By a reader: it may have laid a copy of the stream over it, which
 * the loop of the language does not see.
 */
export async function* chunksOf(result: unknown): AsyncGenerator<Uint8Array, void, undefined> {
  if (!(result instanceof ReadableStream)) return yield asBytes(result as string | Uint8Array);
  const reader = (result as ReadableStream<string | Uint8Array>).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield asBytes(next.value);
}

function asBytes(chunk: string | Uint8Array): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
}

/** What the library refuses becomes `failed`, but our own failures stay. */
export async function guarded<T>(
  source: PgpSource,
  failed: (cause: unknown) => TransferError,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    source.refuseFailed();
    throw error instanceof TransferError ? error : failed(error);
  }
}
