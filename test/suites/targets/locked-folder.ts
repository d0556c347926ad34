import { chmodSync, chownSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Gives the right back. */
type Release = () => void;

const READ_ONLY = 0o555;
const NOTHING = 0;
const NOBODY = 65_534;

/** Takes the right to change the folder from a server that has not root's right to ignore permissions. */
export function lockByMode(path: string): Release {
  return withMode(path, READ_ONLY);
}

/** Takes the right to read the file or folder from such a server. */
export function forbidByMode(path: string): Release {
  return withMode(path, NOTHING);
}

/** The same for code that runs in this very process, which as root no mode would stop. */
export function lockForThisProcess(path: string): Release {
  return withoutRootsRights(path, withMode(path, READ_ONLY));
}

export function forbidForThisProcess(path: string): Release {
  return withoutRootsRights(path, withMode(path, NOTHING));
}

function withMode(path: string, mode: number): Release {
  const before = statSync(path).mode;
  chmodSync(path, mode);
  return () => chmodSync(path, before);
}

/** Becomes a user without rights who owns all that lies beside the path. */
function withoutRootsRights(path: string, release: Release): Release {
  if (process.geteuid?.() !== 0) return release;
  const folder = dirname(path);
  for (const owned of [folder, ...readdirSync(folder).map((name) => join(folder, name))]) {
    chownSync(owned, NOBODY, NOBODY);
  }
  process.seteuid?.(NOBODY);
  return () => {
    process.seteuid?.(0);
    release();
  };
}
