import { TransferError } from '../../core/transfer-error.js';
import { unlessAborted } from '../interruptible.js';
import type { ByteSource } from '../protocol-client.js';
import type { HttpCall } from './http-exchange.js';
import type { HttpBody } from './http-message.js';

/** Up to here a body is taken into memory before it is sent, so that it can be sent once more. */
const MAX_BYTES_AT_ONCE = 64 * 1024;

/** Bytes that stand before and after the file in a body. */
export interface BodyFrame {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

const NO_FRAME: BodyFrame = { before: Buffer.alloc(0), after: Buffer.alloc(0) };

export interface FileBody {
  readonly body: HttpBody;
  /** How many bytes of the file were taken so far. */
  fileBytes(): number;
  /** The source is needed no more. */
  end(): void;
}

/**
 * Makes a body of a file. Takes the beginning of it: a small file as a whole. Rejects with the source's own failure, and
 * with SOURCE_CHANGED when a small one is not as long as announced.
 */
export async function fileBody(
  source: ByteSource,
  sizeBytes: number | undefined,
  call: HttpCall,
  frame: BodyFrame = NO_FRAME,
): Promise<FileBody> {
  const iterator = source[Symbol.asyncIterator]();
  const end = () => void iterator.return?.().catch(() => undefined);
  let bytes = 0;
  const fileBytes = () => bytes;
  const counted = async (): Promise<IteratorResult<Uint8Array>> => {
    const result = await iterator.next();
    if (result.done !== true) bytes += result.value.byteLength;
    return result;
  };
  try {
    const first: Uint8Array[] = [];
    for (;;) {
      const step = await unlessAborted(counted(), call.signal, call.phase);
      if (step.done === true)
        return { body: wholeBody(first, bytes, sizeBytes, call, frame), fileBytes, end };
      if (step.value.byteLength > 0) first.push(step.value);
      if (bytes > MAX_BYTES_AT_ONCE) break;
    }
    const framed = frame.before.byteLength === 0 ? first : [frame.before, ...first];
    const around = frame.before.byteLength + frame.after.byteLength;
    const size = sizeBytes === undefined ? undefined : sizeBytes + around;
    const rest = withTail(counted, frame.after);
    return { body: { kind: 'stream', first: framed, rest, sizeBytes: size }, fileBytes, end };
  } catch (error) {
    end();
    throw error;
  }
}

function wholeBody(
  chunks: readonly Uint8Array[],
  bytes: number,
  sizeBytes: number | undefined,
  { phase, doing }: HttpCall,
  frame: BodyFrame,
): HttpBody {
  if (sizeBytes !== undefined && sizeBytes !== bytes) {
    throw new TransferError({
      code: 'SOURCE_CHANGED',
      lastCode: -1,
      phase,
      message: `${doing}: the source gave ${bytes} bytes instead of ${sizeBytes}`,
    });
  }
  return { kind: 'bytes', bytes: Buffer.concat([frame.before, ...chunks, frame.after]) };
}

function withTail(
  next: () => Promise<IteratorResult<Uint8Array>>,
  tail: Uint8Array,
): AsyncIterator<Uint8Array> {
  let isTailGiven = tail.byteLength === 0;
  return {
    next: async () => {
      const result = await next();
      if (result.done !== true || isTailGiven) return result;
      isTailGiven = true;
      return { done: false, value: tail };
    },
  };
}
