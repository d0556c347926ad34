import { isUtf8 } from 'node:buffer';

/**
 * Text on the wire is UTF-8 (RFC 2640). A byte that is not valid UTF-8 becomes one lone surrogate,
 * U+DC80 to U+DCFF, and goes back out as that byte: a name in an old code page can be listed, fetched,
 * renamed and removed without anybody knowing the code page, and no session has to remember one.
 */
export function decodeText(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = validSequenceLength(bytes, at);
    text +=
      length === 0 ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0)) : bytes.toString('utf8', at, at + length);
    at += Math.max(length, 1);
  }
  return text;
}

/** The bytes of `text` on the wire; the other direction of `decodeText`. */
export function encodeText(text: string): Buffer {
  if (!RAW_BYTE.test(text)) return Buffer.from(text, 'utf8');
  return mapText(text, (piece) => Buffer.from(piece, 'utf8')) ?? Buffer.alloc(0);
}

/** The bytes of `text`: what stands for raw bytes as those, the rest by `encode`; undefined when that gives up. */
export function mapText(text: string, encode: (piece: string) => Buffer | undefined): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (const piece of text.split(RAW_BYTES)) {
    const bytes = RAW_BYTE.test(piece) ? rawBytes(piece) : encode(piece);
    if (bytes === undefined) return undefined;
    pieces.push(bytes);
  }
  return Buffer.concat(pieces);
}

const RAW_BYTE = /(?<![\ud800-\udbff])[\udc80-\udcff]/;
const RAW_BYTES = /((?<![\ud800-\udbff])[\udc80-\udcff]+)/;

function rawBytes(piece: string): Buffer {
  return Buffer.from(Array.from(piece, (character) => character.charCodeAt(0) - 0xdc00));
}

function validSequenceLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
