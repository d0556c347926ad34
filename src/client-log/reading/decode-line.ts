import { decodeWindows1252 } from './windows-1252.js';

export interface DecodedLine {
  readonly text: string;
  readonly encoding: 'ascii' | 'utf-8' | 'windows-1252';
}

/** Puts U+FFFD where the bytes are no UTF-8. */
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
/** Throws where they are not. */
const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

const REPLACEMENT = '\ufffd';

/** The text of a line: UTF-8 where its bytes are valid as such, else Windows-1252. */
export function decodeLine(bytes: Uint8Array): DecodedLine {
  const text = lenient.decode(bytes);
  if (text.includes(REPLACEMENT) && !isUtf8(bytes)) {
    return { text: decodeWindows1252(bytes), encoding: 'windows-1252' };
  }
  return { text, encoding: text.length === bytes.length ? 'ascii' : 'utf-8' };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
