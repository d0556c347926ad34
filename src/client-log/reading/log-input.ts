/** What a Web `ReadableStream` offers, as far as it is needed; also of browsers whose streams are not iterable. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/**
 * A log's content: its text, its bytes, or its bytes in pieces of any size from a Node stream
 * (`createReadStream(path)`), a Web stream (`response.body`, `file.stream()`) or any other async iterable.
 */
export type LogInput = string | Uint8Array | AsyncIterable<Uint8Array> | ByteStream;

/** The pieces of an input. Gives up the source when it is left early, and rejects with the signal's reason on abort. */
export async function* piecesOf(input: LogInput, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  const source = sourceOf(input);
  try {
    for (;;) {
      const result = await nextOf(source, signal);
      if (result.done === true) return;
      yield bytesOf(result.value);
      signal?.throwIfAborted();
    }
  } finally {
    // Not awaited: a source that hangs would hang its reader as well. Its failure has nobody left to tell.
    source.return?.(undefined).catch(() => undefined);
  }
}

/** The source's next piece, or the signal's reason if that comes first. */
function nextOf(
  source: AsyncIterator<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<Uint8Array, unknown>> {
  const next = source.next();
  if (signal === undefined) return next;
  // Not Promise.race: with a promise that outlives every piece, it would keep them all in memory.
  return new Promise((resolve, reject) => {
    // The reason is whatever the caller gave, and comes back to them unchanged.
    const onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    void next.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function sourceOf(input: LogInput): AsyncIterator<Uint8Array> {
  if (typeof input === 'string') return onePiece(new TextEncoder().encode(input));
  if (input instanceof Uint8Array) return onePiece(input);
  if (Symbol.asyncIterator in input) return input[Symbol.asyncIterator]();
  return streamPieces(input);
}

async function* onePiece(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece;
}

function streamPieces(stream: ByteStream): AsyncIterator<Uint8Array> {
  const reader = stream.getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      return done || value === undefined ? { done: true, value: undefined } : { done: false, value };
    },
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

function bytesOf(piece: Uint8Array): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  throw new TypeError('a client log is read from bytes: open the stream without an encoding');
}
