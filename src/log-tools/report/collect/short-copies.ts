/**
 * Copies of texts and bytes of the log that are short and hold on to nothing else: the reader's own are parts of far
 * larger ones, which would stay in memory with them.
 */

/** A name from the log is shown up to this many characters; names are no place for whole documents. */
const NAME_CHARACTERS = 200;

/** Cut, with the number of characters left out, where it is longer than a name may be. */
export function clipped(text: string, most = NAME_CHARACTERS): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}... (${text.length - most} more characters)`;
}

/** The same text with characters of its own. Of lone surrogates U+FFFD remains. */
export function detached(text: string): string {
  return decoder.decode(encoder.encode(text));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The first bytes, at most so many, with no character of UTF-8 cut in two. */
export function firstBytes(bytes: Uint8Array, most: number): Uint8Array {
  if (bytes.length <= most) return new Uint8Array(bytes);
  let end = most;
  while (end > most - 4 && isContinuation(bytes[end])) end -= 1;
  return new Uint8Array(bytes.subarray(0, end));
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
