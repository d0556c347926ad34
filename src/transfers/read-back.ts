import { startChecksum, type ChecksumAlgorithm } from '../core/checksum.js';
import type { RemotePath } from '../core/remote-path.js';
import type { ByteSink, ProtocolClient } from '../protocols/protocol-client.js';

export interface ReadBackOptions {
  readonly algorithm: ChecksumAlgorithm;
  readonly signal: AbortSignal;
  /** Only of the first bytes. */
  readonly limitBytes?: number | undefined;
}

/**
 * Checksum (hex) of a file, or of its first `limitBytes`, by reading it through the session. Reading a head
 * stops the stream in its middle, which may cost the session: `stoppedEarly` says so.
 */
export async function checksumByReading(
  session: ProtocolClient,
  path: RemotePath,
  options: ReadBackOptions,
): Promise<{ readonly value: string; readonly bytes: number; readonly stoppedEarly: boolean }> {
  const checksum = startChecksum(options.algorithm);
  const limit = options.limitBytes ?? Number.POSITIVE_INFINITY;
  const enough = new HeadRead();
  let bytes = 0;
  const sink: ByteSink = {
    write: (chunk) => {
      const head = chunk.subarray(0, Math.min(chunk.byteLength, limit - bytes));
      checksum.update(head);
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
  return { value: checksum.digest(), bytes, stoppedEarly };
}

/** Tells the reading side that the head is read; it never leaves this file. */
class HeadRead extends Error {}
