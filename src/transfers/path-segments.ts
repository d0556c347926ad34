import type { NameMatcher } from './wildcard.js';

/** One part of a mask on a path: a test of a name, or `**` for any number of folders. */
export type PathSegment = '**' | NameMatcher;

/**
 * Whether the names of a path fit the parts of a mask. All ways to read the mask are followed at once, so that many `**`
 * cost no more than one.
 */
export function fitsSegments(segments: readonly PathSegment[], names: readonly string[]): boolean {
  let places = withSkipped(segments, [0]);
  for (const name of names) {
    const next: number[] = [];
    for (const place of places) {
      const segment = segments[place];
      if (segment === '**') next.push(place);
      else if (segment?.(name) === true) next.push(place + 1);
    }
    places = withSkipped(segments, next);
  }
  return places.has(segments.length);
}

/** `**` may also stand for no folder at all. */
function withSkipped(segments: readonly PathSegment[], from: readonly number[]): ReadonlySet<number> {
  const places = new Set(from);
  // A set visits what is added to it on the way.
  for (const place of places) if (segments[place] === '**') places.add(place + 1);
  return places;
}
