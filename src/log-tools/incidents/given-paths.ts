import {
  foldCase,
  hasWildcard,
  wholeTextTest,
  type Mask,
  type MaskPart,
} from '../../client-log/query/mask.js';
import type { ReadRecord } from '../../client-log/reading/log-line.js';

/**
 * An attempt that failed before any file was known has source and destination as given: a mask or a folder. Gives a test
 * of whether a record is of a file that they name; undefined for an attempt at one file.
 */
export function givenPathsTest({
  localPath,
  remotePath,
}: ReadRecord): ((record: ReadRecord) => boolean) | undefined {
  const isUnnamed = [localPath, remotePath].some((path) => /[*?]|[/\\]$/.test(path));
  if (!isUnnamed) return undefined;
  const isLocal = pathTest(localPath);
  const isRemote = pathTest(remotePath);
  return (record) => isLocal(record.localPath) && isRemote(record.remotePath);
}

/** Whether a path is what was given, or below it. */
function pathTest(given: string): (path: string) => boolean {
  const mask = maskOf(given);
  const isMask = hasWildcard(mask) && !/[/\\]$/.test(given);
  const isMeant = wholeTextTest(isMask ? mask : [...mask, '*']);
  return (path) => isMeant(foldCase(path));
}

function maskOf(text: string): Mask {
  return (text.match(/[*?]|[^*?]+/g) ?? []).map((part): MaskPart =>
    part === '*' || part === '?' ? part : { text: part },
  );
}
