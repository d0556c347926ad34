import type { OpenFile } from '../../core/files.js';

/** So many bytes from `position` on; fewer where the file ends before. Rejects as the system does. */
export async function readFully(file: OpenFile, position: number, lengthBytes: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(lengthBytes);
  let filled = 0;
  while (filled < lengthBytes) {
    const count = await file.read(buffer.subarray(filled), position + filled);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}
