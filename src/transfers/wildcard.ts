import { remotePath, type RemotePath } from '../core/remote-path.js';
import { TransferError } from '../core/transfer-error.js';

/** A source path parted into the folder to start from and the pattern below it. */
export interface PathPattern {
  readonly base: RemotePath;
  /** One per level; `'**'` stands for any number of folders. Empty = the path has no wildcard. */
  readonly segments: readonly PatternSegment[];
}

export type PatternSegment = '**' | NameMatcher;
export type NameMatcher = (name: string) => boolean;

export function hasWildcard(path: string): boolean {
  return /[*?]/.test(path);
}

/**
 * Parts `/out/2026*\/*.csv` into `/out` and two matchers. With `recursive`, a pattern in the last segment holds
 * in every folder below (as `xcopy /s` does), and `**` may be written.
 */
export function parsePattern(path: RemotePath, recursive: boolean): PathPattern {
  const parts = path.split('/');
  const first = parts.findIndex(hasWildcard);
  if (first < 0) return { base: path, segments: [] };
  const wild = parts.slice(first);
  if (wild.at(-1) === '') wild.pop();
  if (wild.includes('**') && !recursive) {
    throw new TransferError({
      code: 'LOCATION_INVALID',
      lastCode: -1,
      phase: 'plan',
      message: `"${path}": ** goes through folders`,
      advice: 'Add --recursive (in a rule: recursive), or name one folder.',
    });
  }
  const segments = wild.map((part): PatternSegment => (part === '**' ? '**' : dosMatcher(part)));
  const isDeep = segments.includes('**');
  const base = first === 1 && parts[0] === '' ? '/' : parts.slice(0, first).join('/');
  return { base: remotePath(base), segments: recursive && !isDeep ? ['**', ...segments] : segments };
}

/**
 * DOS wildcards as Windows takes them, without regard to case: `*` any characters, `?` one character or, at
 * the end of a name or before a dot, none; `*.*` everything, also names without a dot; `*.` names without a dot.
 */
export function dosMatcher(pattern: string): NameMatcher {
  if (pattern === '*' || pattern === '*.*') return () => true;
  if (pattern.endsWith('*.')) {
    const stem = dosExpression(pattern.slice(0, -1));
    return (name) => !name.includes('.') && stem.test(name);
  }
  const expression = dosExpression(
    pattern.endsWith('.*') ? pattern.slice(0, -2) : pattern,
    pattern.endsWith('.*'),
  );
  return (name) => expression.test(name);
}

/** `name.*` also matches `name` alone, as in DOS. */
function dosExpression(pattern: string, anyExtension = false): RegExp {
  const source = pattern
    .replace(/\*+/g, '*')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^]*')
    .replace(/\?+(?=$|\\\.)/g, (marks) => `[^.]{0,${marks.length}}`)
    .replace(/\?/g, '[^]');
  return new RegExp(`^${source}${anyExtension ? '(?:\\.[^]*)?' : ''}$`, 'iu');
}
