import { resolve } from 'node:path';

/** `--file`: a local path counts from the working folder; `acme:/out/a.csv` stays as it is. */
export function fileFlag(given: unknown, workFolder: string): string | undefined {
  if (typeof given !== 'string') return undefined;
  return isAtPartner(given) ? given : resolve(workFolder, given);
}

/** `acme:/out/a.csv`, but not `C:\a.csv`: one letter before a colon is a drive. */
function isAtPartner(file: string): boolean {
  return /^[^/\\:]{2,}:/.test(file);
}
