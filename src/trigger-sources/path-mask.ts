import { dosMatcher } from '../transfers/wildcard.js';

/** Takes a path below the watched folder, parted by `/`. */
export type PathMask = (relativePath: string) => boolean;

/**
 * A mask of `include` and `exclude`. Without a slash it holds for the name in any folder; with one, for the path from
 * the watched folder on, where `**` stands for any number of folders and, at the end, for everything below.
 */
export function pathMask(mask: string): PathMask {
  if (mask === '**') return () => true;
  if (!mask.includes('/')) {
    const matches = dosMatcher(mask);
    return (relativePath) => matches(relativePath.slice(relativePath.lastIndexOf('/') + 1));
  }
  const parts = mask.replace(/^\/+/, '').split('/');
  if (parts.at(-1) === '**' || parts.at(-1) === '') parts.splice(-1, 1, '**', '*');
  const segments = parts.map((part) => (part === '**' ? ('**' as const) : dosMatcher(part)));
  return (relativePath) => matchesAll(segments, relativePath.split('/'));
}

type Segment = '**' | ((name: string) => boolean);

/** All ways to read the mask are followed at once, so that many `**` cost no more than one. */
function matchesAll(segments: readonly Segment[], names: readonly string[]): boolean {
  let places = withSkipped(segments, new Set([0]));
  for (const name of names) {
    const next = new Set<number>();
    for (const place of places) {
      const segment = segments[place];
      if (segment === '**') next.add(place);
      else if (segment?.(name) === true) next.add(place + 1);
    }
    places = withSkipped(segments, next);
  }
  return places.has(segments.length);
}

/** `**` may also stand for no folder at all. */
function withSkipped(segments: readonly Segment[], places: Set<number>): Set<number> {
  // A set visits what is added to it on the way.
  for (const place of places) if (segments[place] === '**') places.add(place + 1);
  return places;
}
