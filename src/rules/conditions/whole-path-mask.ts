import { fitsSegments, type PathSegment } from '../../transfers/path-segments.js';
import { dosMatcher } from '../../transfers/wildcard.js';

/**
 * A mask on a whole path or location, without regard to case: `*` and `?` within a name, `**` for any number of
 * folders. One that does not begin at the root fits at any depth: `*.xml`, `in/*.xml`. One that names no connection
 * fits the path there.
 */
export function wholePathMask(mask: string): (location: string) => boolean {
  const parts = slashed(mask).split('/');
  const isFromRoot = parts[0] === '' || /:$/.test(parts[0] ?? '');
  const segments = parts.map((part) => (part === '**' ? part : dosMatcher(part)));
  const matcher: readonly PathSegment[] = isFromRoot ? segments : ['**', ...segments];
  return (location) => {
    const whole = slashed(location);
    const path = whole.replace(/^[A-Za-z0-9_][A-Za-z0-9_.-]+:(?=\/)/, '');
    return fitsSegments(matcher, whole.split('/')) || fitsSegments(matcher, path.split('/'));
  };
}

/** Windows takes both separators, and no other system has paths with a drive or a share. */
function slashed(path: string): string {
  return /^(?:[A-Za-z]:\\|\\\\)/.test(path) ? path.replaceAll('\\', '/') : path;
}
