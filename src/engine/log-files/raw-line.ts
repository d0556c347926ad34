import { MAX_LINE_BYTES } from '../../client-log/reading/log-line.js';
import type { RawLine } from '../../client-log/reading/line-splitter.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A line from its bytes with their end; they are shared, not copied. */
export function rawLine(
  bytes: Uint8Array,
  { lineNumber, offset }: { readonly lineNumber: number; readonly offset: number },
): RawLine {
  const { length } = bytes;
  const hasFeed = bytes[length - 1] === LINE_FEED;
  const hasReturn = hasFeed && bytes[length - 2] === CARRIAGE_RETURN;
  const rawLength = length - (hasReturn ? 2 : hasFeed ? 1 : 0);
  return {
    lineNumber,
    offset,
    lengthBytes: length,
    raw: bytes.subarray(0, Math.min(rawLength, MAX_LINE_BYTES)),
    lineEnd: hasReturn ? '\r\n' : hasFeed ? '\n' : '',
  };
}
