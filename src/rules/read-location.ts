import { settingsPath, transferPath } from '../settings/local-path.js';
import type { PlaceUse, RuleCursor } from './rule-findings.js';

/** What relative paths count from. */
export interface PathBase {
  /** The folder of the settings file. */
  readonly folder: string;
  readonly homeFolder: string;
  readonly os: NodeJS.Platform;
  /** A trigger of the rule sees files at a partner, so that `%FS.PATH%` may be there. */
  readonly hasRemoteEvents: boolean;
  /** A trigger of the rule sees files, here or there. */
  readonly hasFileEvents: boolean;
}

const URL_HEAD = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?]*)/;
const CONNECTION_HEAD = /^([A-Za-z0-9_][A-Za-z0-9_.-]+):/;

/**
 * A location with variables as a rule holds it: a local path becomes absolute unless it begins with a variable. Notes
 * the connection or the local path that it names.
 */
export function readLocation(text: string, at: RuleCursor, use: PlaceUse, base: PathBase): string {
  at.text(text, 'location');
  const url = URL_HEAD.exec(text);
  if (url !== null) {
    if (/:[^@]*@/.test(url[2] ?? '')) at.problem(SECRET_IN_URL);
    return text;
  }
  const connection = CONNECTION_HEAD.exec(text);
  if (connection !== null) {
    at.mention('connection', connection[1] ?? '');
    return text;
  }
  if (base.hasFileEvents && isBareMask(text)) return text;
  return notedPath(text, at, use, base);
}

/** EFT: a mask without a folder is meant in the folder of the event's file. */
function isBareMask(text: string): boolean {
  return /[*?]/.test(text) && !/[/\\:]/.test(text);
}

export const SECRET_IN_URL =
  'holds a password in the clear: name a connection, whose password says where the secret is';

/** A path on this machine, likewise. */
export function readLocalPath(text: string, at: RuleCursor, use: PlaceUse, base: PathBase): string {
  at.text(text, 'location');
  if (URL_HEAD.test(text) || CONNECTION_HEAD.test(text)) at.problem('works on files of this machine only');
  return notedPath(text, at, use, base);
}

/**
 * Where a file at `from` goes on its own side: of a file at a partner a path of the server, or a location there.
 */
export function readNewPath(text: string, from: string, at: RuleCursor, base: PathBase): string {
  const isRemote = CONNECTION_HEAD.test(from) || URL_HEAD.test(from) || base.hasRemoteEvents;
  if (!isRemote || CONNECTION_HEAD.test(text) || URL_HEAD.test(text)) {
    return readLocation(text, at, 'write', base);
  }
  at.text(text, 'location');
  return text;
}

/** The same, or a new name in the file's own folder. */
export function readNewName(text: string, from: string, at: RuleCursor, base: PathBase): string {
  if (/[/\\:]/.test(text.replaceAll(/%[^%]*%/g, ''))) return readNewPath(text, from, at, base);
  at.text(text, 'location');
  return text;
}

/** A file of ours that no event names: it may lie outside of the rule's roots. */
export function readHousePath(text: string, at: RuleCursor, base: PathBase): string {
  if (text.includes('%')) return readLocalPath(text, at, 'read', base);
  return absolutePath(text, base);
}

function notedPath(text: string, at: RuleCursor, use: PlaceUse, base: PathBase): string {
  const path = absolutePath(text, base);
  at.place(path, use);
  return path;
}

/** A slash at its end is kept. */
export function absolutePath(
  text: string,
  { folder, homeFolder, os }: Omit<PathBase, 'hasRemoteEvents' | 'hasFileEvents'>,
): string {
  if (text.startsWith('%')) return text;
  const isHome = text === '~' || /^~[/\\]/.test(text);
  return transferPath(isHome ? settingsPath(text, folder, homeFolder) + endSlash(text) : text, folder, os);
}

function endSlash(text: string): string {
  return /[/\\]$/.test(text) ? '/' : '';
}
