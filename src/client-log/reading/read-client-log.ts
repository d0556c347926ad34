import { isTooLong, LineSplitter, type RawLine } from './line-splitter.js';
import { MAX_LINE_BYTES, type LineReading, type LogFileRef, type LogLine } from './log-line.js';
import { parseLogLine } from './parse-log-line.js';

/** Lines in one batch at most. */
const BATCH_LINES = 1000;

/**
 * Lines of a file in batches, from its bytes in any pieces. Memory stays flat, whatever the file holds. The bytes of a
 * piece must not change after it was given: lines share its memory.
 */
export async function* readLogBatches(
  chunks: AsyncIterable<Uint8Array>,
  file: LogFileRef,
): AsyncGenerator<readonly LogLine[]> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) {
    splitter.feed(chunk);
    let batch: LogLine[] = [];
    for (let line = splitter.next(); line !== undefined; line = splitter.next()) {
      batch.push(readLine(line, file));
      if (batch.length < BATCH_LINES) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }
  const last = splitter.end();
  if (last !== undefined) yield [readLine(last, file)];
}

/** What one line of a file is. */
export function readLine(line: RawLine, file: LogFileRef): LogLine {
  const { lineNumber, offset, lengthBytes, raw, lineEnd } = line;
  const reading = readingOf(line);
  // Written out for the common kind: spreading two objects costs more than reading the line.
  if (reading.kind === 'record') {
    const { record } = reading;
    return { kind: 'record', record, file, lineNumber, offset, lengthBytes, raw, lineEnd };
  }
  return { ...reading, file, lineNumber, offset, lengthBytes, raw, lineEnd };
}

function readingOf(line: RawLine): LineReading {
  if (isTooLong(line)) {
    return {
      kind: 'malformed',
      reason: `it is longer than ${MAX_LINE_BYTES} bytes; only the first are kept`,
    };
  }
  return parseLogLine(line.raw, { isFirst: line.offset === 0, hasEnd: line.lineEnd !== '' });
}
