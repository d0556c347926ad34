import type { Files } from '../core/files.js';
import { printable } from '../core/printable.js';
import type { Origin } from './origin.js';
import { settingsError } from './settings-error.js';

/** Larger than any file of settings that EFT or the registry editor writes for one product. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The text of a file that Windows programs write: UTF-16LE with its mark, else UTF-8 with or without one. */
export async function windowsText(path: string, files: Pick<Files, 'readAll'>): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await files.readAll(path, MAX_BYTES);
  } catch (cause) {
    const errno = (cause as NodeJS.ErrnoException).code;
    const reason =
      errno === 'ENOENT'
        ? 'there is no such file'
        : `it cannot be read (${errno ?? printable(String(cause))})`;
    throw settingsError(fileOrigin(path, 1), reason, cause);
  }
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

/** A line of the file, for messages. */
export function fileOrigin(path: string, line: number): Origin {
  return { kind: 'file', file: path, line, column: 1 };
}
