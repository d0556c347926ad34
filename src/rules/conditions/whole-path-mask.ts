import { dosMatcher, type NameMatcher } from '../../transfers/wildcard.js';

/**
 * A mask on a whole path or location, without regard to case: `*` and `?` within a name, `**` for any number of
 * folders. One that does not begin at the root fits at any depth: `*.xml`, `in/*.xml`. One that names no connection
 * fits the path there.
 */
export function wholePathMask(mask: string): (location: string) => boolean {
  const parts = slashed(mask).split('/');
  const isFromRoot = parts[0] === '' || /:$/.test(parts[0] ?? '');
  const segments = parts.map((part) => (part === '**' ? part : dosMatcher(part)));
  const matcher: readonly Segment[] = isFromRoot ? segments : ['**', ...segments];
  return (location) => {
    const whole = slashed(location);
    const path = whole.replace(/^[A-Za-z0-9_][A-Za-z0-9_.-]+:(?=\/)/, '');
    return fits(matcher, whole.split('/')) || fits(matcher, path.split('/'));
  };
}

type Segment = '**' | NameMatcher;

/** Windows takes both separators, and no other system has paths with a drive or a share. */
function slashed(path: string): string {
  return /^(?:[A-Za-z]:\\|\\\\)/.test(path) ? path.replaceAll('\\', '/') : path;
}

/** All ways to read the mask are followed at once, so that many `**` cost no more than one. */
function fits(segments: readonly Segment[], names: readonly string[]): boolean {
  let places = reach(segments, [0]);
  for (const name of names) {
    const next: number[] = [];
    for (const place of places) {
      const segment = segments[place];
      if (segment === '**') next.push(place);
      else if (segment?.(name)) next.push(place + 1);
    }
    places = reach(segments, next);
  }
  return places.has(segments.length);
}

/** `**` may stand for no folder, too. */
function reach(segments: readonly Segment[], places: Iterable<number>): Set<number> {
  const reached = new Set(places);
  for (const place of reached) if (segments[place] === '**') reached.add(place + 1);
  return reached;
}
