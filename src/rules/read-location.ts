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
  return notedPath(text, at, use, base);
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
 * The new name or path of a file at `from`, on the same side: what begins with neither `/`, `./` nor `~/` counts from
 * the file's own folder and stays as it is.
 */
export function readNewPath(text: string, from: string, at: RuleCursor, base: PathBase): string {
  at.text(text, 'location');
  const isRemote = URL_HEAD.test(from) || CONNECTION_HEAD.test(from) || base.hasRemoteEvents;
  if (isRemote || !/^(\.?\.?\/|~\/|[A-Za-z]:[\\/]|\\\\)/.test(text)) return text;
  return notedPath(text, at, 'write', base);
}

function notedPath(text: string, at: RuleCursor, use: PlaceUse, base: PathBase): string {
  const path = absolutePath(text, base);
  at.place(path, use);
  return path;
}

/** A slash at its end is kept. */
export function absolutePath(
  text: string,
  { folder, homeFolder, os }: Omit<PathBase, 'hasRemoteEvents'>,
): string {
  if (text.startsWith('%')) return text;
  const isHome = text === '~' || /^~[/\\]/.test(text);
  return transferPath(isHome ? settingsPath(text, folder, homeFolder) + endSlash(text) : text, folder, os);
}

function endSlash(text: string): string {
  return /[/\\]$/.test(text) ? '/' : '';
}
