import { foldCase } from '../../client-log/query/mask.js';

const LENGTH = 3;

/** The paths of an attempt as they are indexed. */
export function indexedPaths(localPath: string, remotePath: string): string {
  return withoutNul(`${foldCase(localPath)}\n${foldCase(remotePath)}`);
}

/** Trigrams that indexed paths hold whenever they hold all of these folded texts; empty where none can be named. */
export function trigramsOf(texts: readonly string[]): readonly string[] {
  const trigrams = new Set<string>();
  for (const text of texts) {
    // Half a pair may be found within a whole one, of which the index knows nothing.
    for (const part of withoutNul(text).split(/[\ud800-\udfff]/u)) {
      const characters = [...part];
      for (let end = LENGTH; end <= characters.length; end += 1)
        trigrams.add(characters.slice(end - LENGTH, end).join(''));
    }
  }
  return [...trigrams];
}

/** A match expression of FTS5: each of the terms, of which each is one of its values, of which each is all trigrams. */
export function matchExpression(words: readonly (readonly (readonly string[])[])[]): string {
  const all = (trigrams: readonly string[]) =>
    trigrams.map((trigram) => `"${trigram.replaceAll('"', '""')}"`).join(' AND ');
  return words.map((values) => `(${values.map((value) => `(${all(value)})`).join(' OR ')})`).join(' AND ');
}

/** The index ends a text at its first NUL. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '\u0001');
}
