import type { Files } from '../../core/files.js';
import { printable } from '../../core/printable.js';

/** The same files for one who only looks: whatever would change something rejects, with EROFS as a read-only disk does. */
export function readingFiles(files: Files): Files {
  return {
    open: (path, mode) => (mode === 'read' ? files.open(path, mode) : refuse('open for writing', path)),
    stat: (path) => files.stat(path),
    lstat: (path) => files.lstat(path),
    list: (path) => files.list(path),
    readAll: (path, maxBytes) => files.readAll(path, maxBytes),
    realPath: (path) => files.realPath(path),
    rename: (from) => refuse('rename', from),
    link: (from) => refuse('link', from),
    remove: (path) => refuse('remove', path),
    makeFolder: (path) => refuse('make the folder', path),
    removeFolder: (path) => refuse('remove the folder', path),
    setModifiedTime: (path) => refuse('set the time of', path),
    syncFolder: (path) => refuse('flush', path),
  };
}

async function refuse(what: string, path: string): Promise<never> {
  const error = new Error(`nothing is changed while a rule is tested: ${what} ${printable(path)}`);
  throw Object.assign(error, { code: 'EROFS' });
}
