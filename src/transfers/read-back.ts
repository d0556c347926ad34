import { createHash } from 'node:crypto';
import type { RemotePath } from '../core/remote-path.js';
import type { ByteSink, ProtocolClient } from '../protocols/protocol-client.js';

/**
 * SHA-256 (hex) of a file, or of its first `limitBytes`, by reading it through the session. Reading a head
 * stops the stream in its middle, which may cost the session: `stoppedEarly` says so.
 */
export async function hashByReading(
  session: ProtocolClient,
  path: RemotePath,
  options: { readonly signal: AbortSignal; readonly limitBytes?: number },
): Promise<{ readonly sha256: string; readonly bytes: number; readonly stoppedEarly: boolean }> {
  const hash = createHash('sha256');
  const limit = options.limitBytes ?? Number.POSITIVE_INFINITY;
  const enough = new HeadRead();
  let bytes = 0;
  const sink: ByteSink = {
    write: (chunk) => {
      const head = chunk.subarray(0, Math.min(chunk.byteLength, limit - bytes));
      hash.update(head);
      bytes += head.byteLength;
      return head.byteLength < chunk.byteLength ? Promise.reject(enough) : undefined;
    },
  };
  let stoppedEarly = false;
  try {
    await session.read(path, sink, { signal: options.signal });
  } catch (error) {
    if (error !== enough) throw error;
    stoppedEarly = true;
  }
  return { sha256: hash.digest('hex'), bytes, stoppedEarly };
}

/** Tells the reading side that the head is read; it never leaves this file. */
class HeadRead extends Error {}
