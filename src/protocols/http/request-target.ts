import { printable } from '../../core/printable.js';
import type { RemotePath } from '../../core/remote-path.js';
import { TransferError } from '../../core/transfer-error.js';

/** The path as it stands in a request, percent-encoded; a relative one begins at the root, as there is no login folder. */
export function targetOf(path: RemotePath): string {
  const segments: string[] = [];
  for (const segment of path.replace(/^\//, '').split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(encoded(segment, path));
  }
  return `/${segments.join('/')}`;
}

/** The same with a slash at its end, which is the name of the folder itself. */
export function folderTargetOf(path: RemotePath): string {
  const target = targetOf(path);
  return target.endsWith('/') ? target : `${target}/`;
}

/** True for a target that names a folder: servers end those with a slash. */
export function isFolderTarget(target: string): boolean {
  return target.replace(/\?.*$/s, '').endsWith('/');
}

function encoded(segment: string, path: RemotePath): string {
  try {
    return encodeURIComponent(segment);
  } catch (cause) {
    throw new TransferError({
      code: 'NAME_REFUSED',
      lastCode: -1,
      phase: 'plan',
      message: `refused the name "${printable(path, 120)}": it is no valid Unicode, so it cannot stand in a web address`,
      cause,
    });
  }
}
