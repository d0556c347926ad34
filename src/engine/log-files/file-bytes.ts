import { open } from 'node:fs/promises';
import { unreadable } from './log-names.js';

const READ_BYTES = 1024 * 1024;

/** Where a file ended before its size, because it was cut while it was read. */
export type CutTold = (name: string) => void;

/**
 * The bytes of a file up to the size that it had when it was looked at: what is appended meanwhile is left for the
 * next look. Each piece has memory of its own. Rejects with a TransferError.
 */
export async function* fileBytes(
  { path, sizeBytes }: { readonly path: string; readonly sizeBytes: number },
  wasCut: CutTold,
): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    for (let at = 0; at < sizeBytes;) {
      const piece = Buffer.allocUnsafeSlow(Math.min(READ_BYTES, sizeBytes - at));
      const { bytesRead } = await file.read(piece, 0, piece.byteLength, at);
      if (bytesRead === 0) return wasCut(path);
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    await file.close();
  }
}
