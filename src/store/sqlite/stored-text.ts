/**
 * SQLite keeps UTF-8, which has no room for half a surrogate pair; names on Windows can hold one. It is kept as this
 * mark and four digits, so that two names never become the same key.
 */
const MARK = '\u{10FFFE}';
const NEEDS_MARK = /\u{10FFFE}|[\ud800-\udfff]/gu;
const MAY_NEED_MARK = /[\ud800-\udfff]/;

/** The text as it is bound. */
export function toStored(text: string): string {
  if (!MAY_NEED_MARK.test(text)) return text;
  return text.replace(NEEDS_MARK, (found) =>
    found === MARK ? `${MARK}0000` : MARK + found.charCodeAt(0).toString(16),
  );
}

/** The text that was bound. */
export function fromStored(stored: string): string {
  if (!stored.includes(MARK)) return stored;
  return stored.replace(/\u{10FFFE}([0-9a-f]{4})/gu, (_all, digits: string) =>
    digits === '0000' ? MARK : String.fromCharCode(parseInt(digits, 16)),
  );
}
