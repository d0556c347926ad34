import { printable } from './printable.js';
import { TransferError, type Phase } from './transfer-error.js';

declare const remotePathBrand: unique symbol;

/**
 * A path on a server, parted by `/`, without any control character: CR, LF and NUL can therefore never
 * reach a command line. Absolute, or relative to the login folder. The empty path is the login folder.
 */
export type RemotePath = string & { readonly [remotePathBrand]: true };

const CONTROL = /[\u0000-\u001f\u007f\u0085\u2028\u2029]/;
const MAX_PATH_LENGTH = 32_768;
const MAX_SEGMENT_BYTES = 1024;

/** Checks a path that a person or a rule wrote. Rejects control characters and overlong paths with NAME_REFUSED. */
export function remotePath(text: string): RemotePath {
  if (CONTROL.test(text)) throw refused(text, 'it holds a control character');
  if (text.length > MAX_PATH_LENGTH) throw refused(text, `it is longer than ${MAX_PATH_LENGTH} characters`);
  return text as RemotePath;
}

/**
 * Appends one name that came from a listing or from the local disk: it must be one safe segment
 * (see `segmentProblem`), so no name can lead out of `folder`.
 */
export function joinRemote(folder: RemotePath, name: string): RemotePath {
  const problem = segmentProblem(name);
  if (problem !== undefined) throw refused(name, problem);
  if (folder === '') return name as RemotePath;
  return (folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`) as RemotePath;
}

/** The folder that holds `path`; `/` for a path directly below the root, empty for a bare name. */
export function remoteParent(path: RemotePath): RemotePath {
  const trimmed = trimTrailingSlashes(path);
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return '' as RemotePath;
  return (slash === 0 ? '/' : trimmed.slice(0, slash)) as RemotePath;
}

/** The last segment of `path`. */
export function remoteName(path: RemotePath): string {
  const trimmed = trimTrailingSlashes(path);
  return trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

function trimTrailingSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path.charCodeAt(end - 1) === 0x2f) end -= 1;
  return path.slice(0, end);
}

/**
 * Why a name from outside is not safe as one path segment, or undefined when it is.
 * The rules of both worlds hold everywhere: a file fetched on Linux may lie on a share that Windows reads.
 */
export function segmentProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name === '.' || name === '..') return 'it names a folder above';
  if (name.includes('/') || name.includes('\\')) return 'it holds a path separator';
  if (CONTROL.test(name)) return 'it holds a control character';
  if (Buffer.byteLength(name) > MAX_SEGMENT_BYTES) return `it is longer than ${MAX_SEGMENT_BYTES} bytes`;
  return undefined;
}

/**
 * Why a safe segment still cannot be a file's name on this operating system, or undefined.
 * On Windows: drive letters and streams (`:`), reserved characters and device names, a trailing dot or space.
 */
export function localNameProblem(name: string, os: NodeJS.Platform): string | undefined {
  const problem = segmentProblem(name);
  if (problem !== undefined) return problem;
  if (/^[A-Za-z]:/.test(name)) return 'it begins with a drive letter';
  if (os !== 'win32') return undefined;
  if (/[<>:"|?*]/.test(name)) return 'it holds a character that Windows does not allow';
  if (/[. ]$/.test(name)) return 'it ends with a dot or a space, which Windows would drop';
  if (/^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i.test(name))
    return 'it is a device name of Windows';
  return undefined;
}

function refused(name: string, problem: string, phase: Phase = 'plan'): TransferError {
  return new TransferError({
    code: 'NAME_REFUSED',
    lastCode: -1,
    phase,
    message: `refused the name "${printable(name, 120)}": ${problem}`,
  });
}
