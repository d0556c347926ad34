/** First bytes by which files of other kinds are known (file(1), magic.mgc). */
const MAGIC: readonly (readonly [readonly number[], string])[] = [
  [[0x42, 0x5a, 0x68], 'a bzip2 file; unpack it first'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'an xz file; unpack it first'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7z file; unpack it first'],
  [[0x52, 0x61, 0x72, 0x21], 'a rar file; unpack it first'],
  [[0x25, 0x50, 0x44, 0x46], 'a PDF document'],
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG picture'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'an old document of Microsoft Office'],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program of Linux'],
  [[0x4d, 0x5a], 'a program of Windows'],
];

const TEXT_SIGNS: readonly (readonly [RegExp, string])[] = [
  [/^#(Software|Fields|Version|Date):/i, "a W3C log, as EFT's own ex*.log are"],
  [/^\s*<(\?xml|!doctype|html)/i, 'XML or HTML'],
  [/^\s*[[{]/, 'JSON'],
];

/** What looks like nothing in particular. */
export const OTHER_TEXT = 'some other text';

const LOOKED_AT_BYTES = 4096;
/** Of a text in any encoding fewer bytes are control characters. */
const MOST_CONTROLS = 0.05;

/** What a file looks like of which no line is a client log's; `first` is its first line, not empty. */
export function looksLike(first: Uint8Array): string {
  const bytes = first.subarray(0, LOOKED_AT_BYTES);
  const magic = MAGIC.find(([sign]) => sign.every((byte, index) => bytes[index] === byte));
  if (magic !== undefined) return magic[1];
  const controls = bytes.filter((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x1b);
  if (controls.includes(0)) return 'a binary file: it holds NUL bytes';
  if (controls.length > bytes.length * MOST_CONTROLS)
    return 'a binary file: it is full of control characters';
  const text = new TextDecoder().decode(bytes);
  return TEXT_SIGNS.find(([sign]) => sign.test(text))?.[1] ?? OTHER_TEXT;
}
