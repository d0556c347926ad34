import { unescapeColumn } from '../escape.js';
import { isLogTime } from '../record.js';
import { columnText, isSpaced, type LineColumns } from './line-columns.js';
import type { PathPair } from './log-line.js';

/** Two Windows paths of the greatest length; where a raw `;` stands in more, nobody's file is meant. */
const LONGEST_PATHS = 2 * 32_767;
/** More places than any two names have; keeps the work on a hostile line small. */
const MOST_PLACES = 1000;
const LOG_TIME_LENGTH = 'YYYY-MM-DD HH:MM:SS'.length;

/** Which columns the two paths and the semicolons within them fill. */
export interface PathColumns {
  readonly first: number;
  readonly last: number;
}

/** One way to part the paths. */
export interface Parting extends PathPair {
  /** The column with which the remote path begins. */
  readonly remoteAt: number;
}

/**
 * Every way to part the paths of a line in which a raw `;` stands, the likeliest first. Ways in which both halves look
 * like paths and the names at their ends agree rule out the rest; else those in which the remote path is that name
 * alone; else those in which both halves look like paths at all. Empty where there is none: the line cannot be read
 * without guessing.
 */
export function partingsOf(columns: LineColumns, { first, last }: PathColumns): readonly Parting[] {
  const from = columns.starts[first] ?? 0;
  const to = columns.ends[last] ?? 0;
  if (last - first > MOST_PLACES || to - from > LONGEST_PATHS) return [];
  if (!looksLikePath(columnText(columns, first))) return [];
  const ranked: { readonly parting: Parting; readonly rank: Rank }[] = [];
  for (let remoteAt = first + 1; remoteAt <= last; remoteAt += 1) {
    const localPath = unescapeColumn(columns.text.slice(from, columns.ends[remoteAt - 1])).text;
    const remotePath = unescapeColumn(columns.text.slice(columns.starts[remoteAt], to)).text;
    const likeness = likenessOf(localPath, remotePath);
    if (likeness === 'none') continue;
    const rank = { likeness, isRooted: isRooted(remotePath), isSpaced: isSpaced(columns, remoteAt) };
    ranked.push({ parting: { localPath, remotePath, remoteAt }, rank });
  }
  const tier =
    TIERS.find((likenesses) => ranked.some(({ rank }) => likenesses.includes(rank.likeness))) ?? [];
  return ranked
    .filter(({ rank }) => tier.includes(rank.likeness))
    .sort((a, b) => weight(b.rank) - weight(a.rank))
    .map(({ parting }) => parting);
}

/** Whether a date and time stands before a semicolon in the paths: there another line begins that was not parted. */
export function holdsLogTime(columns: LineColumns, { first, last }: PathColumns): boolean {
  for (let index = first; index <= last; index += 1) {
    if (isLogTime(columnText(columns, index).slice(-LOG_TIME_LENGTH))) return true;
  }
  return false;
}

type Likeness = 'same-name' | 'same-name-but-for-case' | 'name-alone' | 'paths' | 'none';

/** The best that is found rules out the rest. */
const TIERS: readonly (readonly Likeness[])[] = [
  ['same-name', 'same-name-but-for-case'],
  ['name-alone'],
  ['paths'],
];

interface Rank {
  readonly likeness: Likeness;
  readonly isRooted: boolean;
  readonly isSpaced: boolean;
}

/** Within a tier: names alike to the letter first, then an absolute remote path, then a boundary with its space. */
function weight({ likeness, isRooted: rooted, isSpaced: spaced }: Rank): number {
  return (likeness === 'same-name' ? 4 : 0) + (rooted ? 2 : 0) + (spaced ? 1 : 0);
}

function likenessOf(localPath: string, remotePath: string): Likeness {
  const local = baseName(localPath);
  if (local !== '' && local === remotePath) return 'name-alone';
  if (!looksLikePath(remotePath)) return 'none';
  const remote = baseName(remotePath);
  if (local === '' || local.toLowerCase() !== remote.toLowerCase()) return 'paths';
  return local === remote ? 'same-name' : 'same-name-but-for-case';
}

/** Absolute, from a home folder, or relative with a folder before the name. */
function looksLikePath(text: string): boolean {
  return isRooted(text) || /^[^\s/\\][^/\\]*[/\\]/.test(text);
}

/** `/x`, `\\server\share`, `C:\x`, `~/x`. */
function isRooted(text: string): boolean {
  return /^(?:[/\\]|[a-z]:[/\\]|~[/\\])/i.test(text);
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
