/** Parts of a path of the log, which may be a Windows path or one with `/`; nobody knows which, so both part names. */

/** The name behind the last `/` or `\`; the whole text where there is none. */
export function baseNameOf(path: string): string {
  return path.slice(endOfFolder(path) + 1);
}

/** What stands before the last `/` or `\`; of a root (`/`, `C:\`) that one too. Empty where there is none. */
export function folderOf(path: string): string {
  const end = endOfFolder(path);
  const isRoot = end === 0 || (end === 2 && /^[a-z]:/i.test(path));
  return path.slice(0, isRoot ? end + 1 : Math.max(0, end));
}

/** Behind the last dot of the base name, without the dot; empty where there is none, also for `.profile`. */
export function extensionOf(path: string): string {
  const name = baseNameOf(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot + 1);
}

function endOfFolder(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
}
