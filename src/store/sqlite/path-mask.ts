import { foldCase, type Mask } from '../../client-log/query/mask.js';
import { pathTest } from '../../client-log/query/record-tests.js';

/**
 * A mask on places, by the rule of `path:` in queries: text that stands anywhere in it, or with wildcards (`*`, `?`)
 * the whole or its base name.
 */
export function pathMaskTest(text: string): (place: string) => boolean {
  const isMeant = pathTest(maskOf(text));
  return (place) => isMeant(foldCase(place));
}

function maskOf(text: string): Mask {
  return text
    .split(/([*?])/)
    .filter((part) => part !== '')
    .map((part) => (part === '*' || part === '?' ? part : { text: part }));
}
