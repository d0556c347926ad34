import { posix, win32 } from 'node:path';
import type { CommandSettings } from './house-settings.js';

/** True when rules may run the program: it is named, or lies directly in a folder that is. `program`: absolute. */
export function isAllowedProgram(program: string, { allow }: CommandSettings, os: NodeJS.Platform): boolean {
  const paths = os === 'win32' ? win32 : posix;
  const plain = (path: string) => {
    const normal = paths.normalize(path);
    return os === 'win32' ? normal.toLowerCase() : normal;
  };
  const wanted = plain(program);
  return allow.some((each) => {
    const allowed = plain(each);
    return allowed.endsWith(paths.sep) ? plain(`${paths.dirname(wanted)}/`) === allowed : allowed === wanted;
  });
}
