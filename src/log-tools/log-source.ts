import type { Query } from '../client-log/query/query.js';
import type { LogFileRef, LogLine } from '../client-log/reading/log-line.js';

/** Client logs, opened: files by name, mask or folder, stdin, packed ones. The engine makes it. */
export interface LogSource {
  /** In the order of their first record's time. */
  readonly files: readonly LogFileRef[];
  /**
   * The lines of all files in batches, merged by time; the lines of one file keep their order, and lines that are no
   * records stand where their file has them. With a query: the matching records only (an `incomplete` line that reads
   * as a matching record included). Memory stays flat; leaving the loop early frees everything.
   */
  lines(request?: LinesRequest): AsyncIterable<readonly LogLine[]>;
}

export interface LinesRequest {
  /** One that `parseQuery` makes of its own `text`. */
  readonly query?: Query;
  /**
   * With a query that must find some text: malformed lines that hold it come along, so that a damaged line is not
   * passed over in silence.
   */
  readonly withUnreadable?: boolean;
}
