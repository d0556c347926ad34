import iconv from 'iconv-lite';
import { isUtf8Name } from './code-page-names.js';
import { decodeText, encodeText, mapText } from './ftp-text.js';

/** How names and texts stand on the wire of one connection. */
export interface FtpEncoding {
  /** Never fails: bytes that mean nothing become lone surrogates (ftp-text.ts) and go out again as they came. */
  decode(bytes: Buffer): string;
  /** Undefined when the text holds a character that the encoding does not have. */
  encode(text: string): Buffer | undefined;
}

/** RFC 2640, and raw bytes where a name is not in it. */
export const UTF8_ENCODING: FtpEncoding = { decode: decodeText, encode: encodeText };

/** The encoding of a connection: `auto` and `utf-8` are UTF-8, all else is a code page that `isCodePage` knows. */
export function encodingNamed(name: string): FtpEncoding {
  return isUtf8Name(name) ? UTF8_ENCODING : codePage(name);
}

function codePage(name: string): FtpEncoding {
  const encodePiece = (piece: string): Buffer | undefined => {
    const bytes = iconv.encode(piece, name);
    return iconv.decode(bytes, name) === piece ? bytes : undefined;
  };
  return {
    decode(bytes) {
      const text = iconv.decode(bytes, name, { stripBOM: false });
      return iconv.encode(text, name).equals(bytes) ? text : rawText(bytes);
    },
    encode: (text) => mapText(text, encodePiece),
  };
}

/** Whatever is not ASCII as raw bytes. */
function rawText(bytes: Buffer): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('');
}
