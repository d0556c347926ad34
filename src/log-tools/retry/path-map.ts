/** A folder as the log has it, and where its files lie now. */
export interface PathMapping {
  readonly from: string;
  readonly to: string;
}

/** A drive (`C:\...`, `C:/...`) or a share (`\\server\...`). */
export function isWindowsPath(path: string): boolean {
  return /^[A-Za-z]:(?:[\\/]|$)/.test(path) || /^\\\\[^\\]/.test(path);
}

/** A path from the root of a drive, a share or a POSIX file system. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || isWindowsPath(path);
}

/** The path parted by `/`, whichever separators it had; a POSIX path as it is, since `\` is a character there. */
export function withSlashes(path: string): string {
  return isWindowsPath(path) ? path.replaceAll('\\', '/') : path;
}

/**
 * Reads `FROM=TO`. Where a path holds a `=` itself, the one counts behind which an absolute path begins. Gives what is
 * wrong as text where it cannot be read, or could be read in two ways.
 */
export function parsePathMapping(text: string): PathMapping | string {
  const splits = [...text.matchAll(/=/g)]
    .map(({ index }) => ({ from: text.slice(0, index), to: text.slice(index + 1) }))
    .filter(({ from, to }) => from !== '' && to !== '');
  const certain = splits.length > 1 ? splits.filter(({ to }) => isAbsolutePath(to)) : splits;
  const [only] = certain;
  if (only === undefined || certain.length > 1) {
    return String.raw`must be FROM=TO, two folders such as C:\outbound=/srv/outbound; found "${text}"`;
  }
  if (!isAbsolutePath(only.from)) {
    return `must begin with a folder as the log has it, from its root on; found "${only.from}"`;
  }
  return only;
}

/** The first two mappings that send the same folder to different places; undefined where none do. */
export function contradiction(
  mappings: readonly PathMapping[],
): readonly [PathMapping, PathMapping] | undefined {
  const known = new Map<string, PathMapping>();
  for (const mapping of mappings) {
    const name = comparable(mapping.from);
    const other = known.get(name);
    if (other !== undefined && other.to !== mapping.to) return [other, mapping];
    known.set(name, mapping);
  }
  return undefined;
}

/**
 * Where a file of the log lies now, parted by `/`; undefined where no mapping names a folder above it. The longest
 * folder wins. Windows paths are compared without regard to case and with either separator; of the rest nothing is
 * changed but the separators.
 */
export function mapPath(path: string, mappings: readonly PathMapping[]): string | undefined {
  const slashed = withSlashes(path);
  let best: { readonly length: number; readonly to: string } | undefined;
  for (const { from, to } of mappings) {
    const { length } = trimmed(withSlashes(from));
    if (length > (best?.length ?? -1) && lies(slashed, from, path)) best = { length, to };
  }
  return best && `${trimmed(best.to)}${slashed.slice(best.length)}`;
}

/** Whether the path is the folder or below it. */
function lies(slashed: string, from: string, path: string): boolean {
  if (isWindowsPath(from) !== isWindowsPath(path)) return false;
  const folder = trimmed(withSlashes(from));
  const next = slashed[folder.length];
  if (next !== undefined && next !== '/') return false;
  const head = slashed.slice(0, folder.length);
  return isWindowsPath(from) ? head.toLowerCase() === folder.toLowerCase() : head === folder;
}

function comparable(from: string): string {
  const folder = trimmed(withSlashes(from));
  return isWindowsPath(from) ? folder.toLowerCase() : folder;
}

/** Without slashes at its end; the root becomes empty. */
function trimmed(folder: string): string {
  let end = folder.length;
  while (end > 0 && (folder[end - 1] === '/' || (folder[end - 1] === '\\' && isWindowsPath(folder))))
    end -= 1;
  return folder.slice(0, end);
}
