/** Longer lists are written in pieces of so many rows, since a text of all of them would take as much memory again. */
const ROWS_PER_PIECE = 500;

/**
 * Data for a `<script type="application/json">`, in pieces: JSON in which nothing can end the element, open a comment
 * or break a line.
 */
export function* embeddedJson(data: unknown): Generator<string> {
  if (Array.isArray(data) && data.length > ROWS_PER_PIECE) {
    for (let at = 0; at < data.length; at += ROWS_PER_PIECE) {
      const rows = harmless(data.slice(at, at + ROWS_PER_PIECE)).slice(1, -1);
      yield `${at === 0 ? '[' : ','}${rows}`;
    }
    yield ']';
  } else if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
    let before = '{';
    for (const [key, value] of Object.entries(data)) {
      if (value === undefined) continue;
      yield `${before}${harmless(key)}:`;
      yield* embeddedJson(value);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  } else yield harmless(data);
}

function harmless(data: unknown): string {
  return JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
