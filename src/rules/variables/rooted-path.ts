import { posix, win32 } from 'node:path';
import type { LocationFacts } from './safe-location.js';

export interface RootedPathFacts extends LocationFacts {
  /** It begins with `~`, written by the rule. */
  readonly isHome: boolean;
  readonly refuse: (problem: string) => Error;
}

/** A local path as an absolute one, normalised; relative ones count from the folder of the rule's file. */
export function rootedPath(text: string, facts: RootedPathFacts): string {
  const { rule, server, isHome, refuse } = facts;
  const paths = server.os === 'win32' ? win32 : posix;
  if (text.includes('\0')) throw refuse('it holds a NUL character');
  const resolved = isHome
    ? paths.join(server.homeFolder, text.slice(1))
    : paths.resolve(paths.dirname(rule.source.file), text);
  const roots = rootsOf(rule, server.os);
  if (!roots.some((root) => isWithin(resolved, root, server.os))) {
    throw refuse(`${resolved} lies outside the folders that the rule may touch (${roots.join(', ')})`);
  }
  const isFolder = server.os === 'win32' ? /[/\\]$/.test(text) : text.endsWith('/');
  return isFolder && !resolved.endsWith(paths.sep) ? resolved + paths.sep : resolved;
}

/** The folders that the actions of a rule may touch: its `roots`, else those of its file and of its folder triggers. */
export function rootsOf(rule: LocationFacts['rule'], os: NodeJS.Platform): readonly string[] {
  if (rule.roots.length > 0) return rule.roots;
  const paths = os === 'win32' ? win32 : posix;
  const watched = rule.triggers.flatMap((trigger) => (trigger.kind === 'folder' ? [trigger.path] : []));
  return [...new Set([paths.dirname(rule.source.file), ...watched])];
}

/** True when the path is the folder or lies below it, both absolute; nothing on the disk is looked at. */
export function isWithin(path: string, root: string, os: NodeJS.Platform): boolean {
  const paths = os === 'win32' ? win32 : posix;
  const [inner, outer] = [paths.resolve(path), paths.resolve(root)].map((each) =>
    os === 'win32' ? each.toLowerCase() : each,
  ) as [string, string];
  return inner === outer || inner.startsWith(outer.endsWith(paths.sep) ? outer : outer + paths.sep);
}
