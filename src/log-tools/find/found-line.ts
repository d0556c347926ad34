import type { LinePlace, ReadRecord } from '../../client-log/reading/log-line.js';

/** A record that was looked for, or one that stands around it. */
export interface FoundLine extends LinePlace {
  readonly record: ReadRecord;
  /** False for what only happened on the same host around that time. */
  readonly isMatch: boolean;
}

/** Written out, because a spread costs more than reading the line. */
export function foundLine(
  { file, lineNumber, offset, lengthBytes, raw, lineEnd }: LinePlace,
  record: ReadRecord,
  isMatch: FoundLine['isMatch'],
): FoundLine {
  return { record, isMatch, file, lineNumber, offset, lengthBytes, raw, lineEnd };
}
