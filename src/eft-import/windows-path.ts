/** The first local path of Windows in what is written; undefined when there is none. */
export function windowsPath(written: unknown): string | undefined {
  if (typeof written === 'string') return /^([A-Za-z]:[\\/]|\\\\)/.test(written) ? written : undefined;
  if (typeof written !== 'object' || written === null) return undefined;
  for (const inner of Object.values(written)) {
    const found = windowsPath(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
