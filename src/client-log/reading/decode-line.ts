import { isUtf8 } from './utf8.js';
import { decodeWindows1252 } from './windows-1252.js';

export interface DecodedLine {
  readonly text: string;
  readonly encoding: 'ascii' | 'utf-8' | 'windows-1252';
  /** Whether a character stands in it that escaping is about: one that must be escaped, or a `%`. */
  readonly concernsEscaping: boolean;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** What `escapeColumn` never leaves as it is, `;` aside, and every `%`, which it may. */
const CONCERNS_ESCAPING = /[%\u0000-\u001f\u007f\u0085\u2028\u2029]/;

const IS_ESCAPING = 1;
const IS_BEYOND_ASCII = 2;
/** What each byte is, so that one pass without branches tells what a line holds. */
const BYTE_TRAITS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return IS_BEYOND_ASCII;
  return CONCERNS_ESCAPING.test(String.fromCharCode(byte)) ? IS_ESCAPING : 0;
});

/** The text of a line: UTF-8 where its bytes are valid as such, else Windows-1252. */
export function decodeLine(bytes: Uint8Array): DecodedLine {
  let traits = 0;
  for (let at = 0; at < bytes.length; at += 1) traits |= BYTE_TRAITS[bytes[at] ?? 0] ?? 0;
  if ((traits & IS_BEYOND_ASCII) === 0) {
    return { text: utf8.decode(bytes), encoding: 'ascii', concernsEscaping: traits !== 0 };
  }
  const encoding = isUtf8(bytes) ? 'utf-8' : 'windows-1252';
  const text = encoding === 'utf-8' ? utf8.decode(bytes) : decodeWindows1252(bytes);
  return { text, encoding, concernsEscaping: CONCERNS_ESCAPING.test(text) };
}
