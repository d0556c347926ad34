import { join, posix, resolve, win32 } from 'node:path';

/**
 * A local path as the transfers want it: absolute, parted by `/`, a trailing slash kept. On POSIX a `..` behind
 * another name stays as it is, because the folder before it may be a link.
 */
export function transferPath(path: string, workFolder: string, os: NodeJS.Platform): string {
  if (os === 'win32') {
    const absolute = win32.resolve(workFolder, path).replaceAll('\\', '/');
    return /[/\\]$/.test(path) && !absolute.endsWith('/') ? `${absolute}/` : absolute;
  }
  if (posix.isAbsolute(path)) return tidy(path);
  let base = workFolder;
  let rest = path;
  for (let match = LEADING_DOTS.exec(rest); match !== null; match = LEADING_DOTS.exec(rest)) {
    if (match[1] === '..') base = posix.dirname(base);
    rest = rest.slice(match[0].length);
    if (rest === '') return match[0].endsWith('/') || base === '/' ? tidy(`${base}/`) : base;
  }
  return tidy(`${base}/${rest}`);
}

const LEADING_DOTS = /^(\.\.?)(?:\/+|$)/;

function tidy(path: string): string {
  return path.replaceAll(/\/+(?:\.\/+)*/g, '/').replace(/\/\.$/, '') || '/';
}

/** A path of the settings or of a flag: `~/` is the home folder, anything relative counts from `folder`. */
export function settingsPath(path: string, folder: string, homeFolder: string): string {
  if (path === '~') return homeFolder;
  return /^~[/\\]/.test(path) ? join(homeFolder, path.slice(2)) : resolve(folder, path);
}
