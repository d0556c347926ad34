/**
 * Windows-1252 for the bytes 0x80 to 0x9F; the five that the code page leaves open are the control characters of the
 * same number, as every browser reads them (WHATWG Encoding, index windows-1252). All other bytes are their own
 * number. A table of our own: Node 20 takes `windows-1252` for Latin-1, and a runtime may
 * be built without this code page.
 */
const UPPER_CONTROLS =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

const CODE_UNITS = Uint16Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 && byte <= 0x9f ? UPPER_CONTROLS.charCodeAt(byte - 0x80) : byte,
);

/** Arguments that one call can take everywhere. */
const PIECE = 4096;

/** The text that the bytes mean in Windows-1252. Every byte means something. */
export function decodeWindows1252(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) units[at] = CODE_UNITS[bytes[at] ?? 0] ?? 0;
  let text = '';
  for (let from = 0; from < units.length; from += PIECE) {
    text += Reflect.apply(String.fromCharCode, undefined, units.subarray(from, from + PIECE));
  }
  return text;
}
