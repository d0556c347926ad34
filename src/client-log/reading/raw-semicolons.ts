import { unescapeColumn } from '../escape.js';
import { columnText, type LineColumns } from './line-columns.js';
import type { PathPair } from './log-line.js';

/** Two Windows paths of the greatest length; where a raw `;` stands in more, nobody's file is meant. */
const LONGEST_PATHS = 2 * 32_767;
/** More places than any two names have; keeps the work on a hostile line small. */
const MOST_PLACES = 1000;

/** Which columns the two paths and the semicolons within them fill. */
export interface MiddleColumns {
  readonly first: number;
  readonly last: number;
}

interface Parting extends PathPair {
  readonly agreement: number;
  readonly isSpaced: boolean;
}

/**
 * Every way to part the paths of a line in which a raw `;` stands, the likeliest first: places where both halves look
 * like paths and the names at their ends agree; where there are none, all places where both halves look like paths.
 * Empty where there are none of these either: the line cannot be read without guessing.
 */
export function partingsOf(columns: LineColumns, { first, last }: MiddleColumns): readonly PathPair[] {
  const from = columns.starts[first] ?? 0;
  const to = columns.ends[last] ?? 0;
  if (last - first > MOST_PLACES || to - from > LONGEST_PATHS) return [];
  if (!looksLikePath(columnText(columns, first))) return [];
  const partings: Parting[] = [];
  for (let at = first + 1; at <= last; at += 1) {
    if (!looksLikePath(columnText(columns, at))) continue;
    const localPath = unescapeColumn(columns.text.slice(from, columns.ends[at - 1])).text;
    const remotePath = unescapeColumn(columns.text.slice(columns.starts[at], to)).text;
    const isSpaced = (columns.starts[at] ?? 0) - (columns.ends[at - 1] ?? 0) > 1;
    partings.push({ localPath, remotePath, isSpaced, agreement: agreementOf(localPath, remotePath) });
  }
  const best = partings.some(({ agreement }) => agreement > 0)
    ? partings.filter(({ agreement }) => agreement > 0)
    : partings;
  return best
    .sort((a, b) => b.agreement - a.agreement || Number(b.isSpaced) - Number(a.isSpaced))
    .map(({ localPath, remotePath }) => ({ localPath, remotePath }));
}

/** Begins as an absolute path, a share, a drive, a home or a relative path with a folder does. */
function looksLikePath(column: string): boolean {
  return /^(?:[/\\~]|\.{1,2}[/\\]|[a-z]:|[^\s/\\]+[/\\])/i.test(column);
}

/** How well the names at the ends of two paths agree: 2 to the letter, 1 but for capitals, 0 not. */
function agreementOf(localPath: string, remotePath: string): number {
  const local = baseName(localPath);
  const remote = baseName(remotePath);
  if (local === '' || remote === '') return 0;
  if (local === remote) return 2;
  return local.toLowerCase() === remote.toLowerCase() ? 1 : 0;
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
