import { fitsSegments } from '../transfers/path-segments.js';
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
  return (relativePath) => fitsSegments(segments, relativePath.split('/'));
}
