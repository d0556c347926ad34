import type { LineReading } from './log-line.js';

/** What the reader knows about a line besides its bytes. */
export interface LineCircumstances {
  /** The first line of its file: a byte order mark may stand before it. */
  readonly isFirst: boolean;
  /** Whether the line has its end; the last one of a file may not. */
  readonly hasEnd: boolean;
}

/** Reads one line, without its end, as tolerantly as client-log.md section 5 says. Never throws, whatever the bytes. */
export function parseLogLine(_raw: Uint8Array, _circumstances: LineCircumstances): LineReading {
  throw new RangeError('not built yet');
}
