import type { RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';
import type { ByteSink } from '../protocols/protocol-client.js';
import type { TransferSide } from './transfer-side.js';

export interface Stretch {
  readonly offset: number;
  readonly lengthBytes: number;
}

/**
 * The bytes of a stretch of a file, fewer where it ends before. What follows the stretch is not read to its end, which
 * may cost the session.
 */
export async function readStretch(
  side: TransferSide,
  path: RemotePath,
  { offset, lengthBytes }: Stretch,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const bytes = Buffer.alloc(lengthBytes);
  const enough = new StretchRead();
  let filled = 0;
  const sink: ByteSink = {
    write: (chunk) => {
      const head = chunk.subarray(0, lengthBytes - filled);
      bytes.set(head, filled);
      filled += head.byteLength;
      return head.byteLength < chunk.byteLength ? Promise.reject(enough) : undefined;
    },
  };
  try {
    await side.use(signal, (session) => session.read(path, sink, { offset, signal }), 'read');
  } catch (error) {
    if (!(error instanceof TransferError) || error.cause !== enough) throw error;
    await side.leave(!side.isLocal);
  }
  return bytes.subarray(0, filled);
}

/** Tells the reading side that it is enough; it never leaves this file. */
class StretchRead extends Error {}
