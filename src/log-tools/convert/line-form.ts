import type { LogLine } from '../../client-log/reading/log-line.js';
import type { LineBytes } from './line-bytes.js';

/** A form of the result that is written line by line. */
export interface LineForm {
  /** What stands before the first line; empty for most forms. */
  readonly head: string;
  add(line: LogLine, bytes: LineBytes): void;
}
