import type { LinePlace, ReadRecord } from '../../client-log/reading/log-line.js';

/** A record that was looked for, or one that stands around it. */
export interface FoundLine extends LinePlace {
  readonly record: ReadRecord;
  /** False for what only happened on the same host around that time. */
  readonly isMatch: boolean;
}
