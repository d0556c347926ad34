const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text from outside, made safe for a terminal or an error message: control characters, direction marks,
 * invisible characters and lone surrogates become `\xNN` or `\u{NNNN}`, and what is longer than `maxLength`
 * characters is cut with the number of characters left out.
 */
export function printable(text: string, maxLength = 400): string {
  const kept = text.length > maxLength ? text.slice(0, maxLength) : text;
  const escaped = kept.replace(UNPRINTABLE, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return point < 0x100 ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u{${point.toString(16)}}`;
  });
  return text.length > maxLength ? `${escaped}... (${text.length - maxLength} more characters)` : escaped;
}
