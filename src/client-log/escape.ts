/**
 * The escaping of one column (ours: EFT's format has none, and file names come from strangers).
 *
 * Written as `%XX`, upper-case hex digits of the UTF-8 bytes: `;`, every C0 control, DEL, NEL (U+0085),
 * U+2028, U+2029, and a `%` that two hex digits follow. A lone surrogate, which a Windows file name may hold
 * and UTF-8 cannot, is written by the same rule as its three generalised UTF-8 bytes (`%ED%A0%80` for U+D800),
 * so that such a name is neither lost nor confused with another. Everything else stands as it is.
 */
const MUST_ESCAPE =
  /[;\u0000-\u001f\u007f\u0085\u2028\u2029]|%(?=[0-9A-Fa-f]{2})|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Group 1: exactly the sequences that `escapeColumn` makes. Group 2: any other `%` with two hex digits. */
const SEQUENCE =
  /(%3B|%[01][0-9A-F]|%7F|%C2%85|%E2%80%A[89]|%ED%[AB][0-9A-F]%[89AB][0-9A-F]|%25(?=[0-9A-Fa-f]{2}))|(%[0-9A-Fa-f]{2})/g;

/** A column's text as it stands in the file. */
export function escapeColumn(text: string): string {
  return text.replace(MUST_ESCAPE, (character) =>
    utf8Bytes(character.charCodeAt(0))
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

export interface UnescapedColumn {
  readonly text: string;
  /** The first `%XX` that `escapeColumn` never writes; it stays in the text as it is. */
  readonly foreignSequence: string | undefined;
}

/** The text that a column of the file means. Decodes what `escapeColumn` writes and nothing else. */
export function unescapeColumn(column: string): UnescapedColumn {
  if (!column.includes('%')) return { text: column, foreignSequence: undefined };
  let foreignSequence: string | undefined;
  const text = column.replace(SEQUENCE, (sequence, ours: string | undefined) => {
    if (ours !== undefined) return decodeSequence(ours);
    foreignSequence ??= sequence;
    return sequence;
  });
  return { text, foreignSequence };
}

/** The one UTF-16 unit behind one, two or three `%XX`. */
function decodeSequence(sequence: string): string {
  const bytes = sequence
    .split('%')
    .slice(1)
    .map((hex) => Number.parseInt(hex, 16));
  const [first = 0, second = 0, third = 0] = bytes;
  if (bytes.length === 1) return String.fromCharCode(first);
  if (bytes.length === 2) return String.fromCharCode(((first & 0x1f) << 6) | (second & 0x3f));
  return String.fromCharCode(((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f));
}

/** UTF-8 of one UTF-16 unit, lone surrogates included. */
function utf8Bytes(unit: number): readonly number[] {
  if (unit < 0x80) return [unit];
  if (unit < 0x800) return [0xc0 | (unit >> 6), 0x80 | (unit & 0x3f)];
  return [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)];
}
