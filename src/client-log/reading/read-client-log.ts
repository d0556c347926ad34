import { isTimeZone } from '../local-time.js';
import { isTooLong, LineSplitter, type RawLine } from './line-splitter.js';
import { piecesOf, type LogInput } from './log-input.js';
import { MAX_LINE_BYTES, type LineReading, type LogFileRef, type LogLine } from './log-line.js';
import { parseLogLine } from './parse-log-line.js';

export interface ReadOptions {
  /** What messages call the log; `-` where nothing is said. */
  readonly name?: string;
  /** IANA name of the zone in which its times are written; the zone of this machine where nothing is said. */
  readonly timeZone?: string;
  /** Tells nodes apart when the logs of several are read; empty where nothing is said. */
  readonly node?: string;
  /** Ends the reading: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Every line of a client log, whoever wrote it: records, and all that is none, each with its place and its bytes.
 * Never throws for what a line holds. Memory stays flat, whatever the log's size, as long as the lines are not kept.
 * Rejects with a RangeError for a zone that the runtime does not know, and with what the input itself rejects with.
 */
export async function* readClientLog(input: LogInput, options: ReadOptions = {}): AsyncGenerator<LogLine> {
  const { name = '-', timeZone = machineZone(), node = '', signal } = options;
  if (!isTimeZone(timeZone)) throw new RangeError(`this runtime knows no time zone "${timeZone}"`);
  for await (const batch of readLogBatches(piecesOf(input, signal), { name, timeZone, node })) yield* batch;
}

function machineZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

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

/** What one line of a file is, without its place. */
export function readingOf(line: RawLine): LineReading {
  if (isTooLong(line)) {
    return {
      kind: 'malformed',
      reason: `it is longer than ${MAX_LINE_BYTES} bytes; only the first are kept`,
    };
  }
  return parseLogLine(line.raw, { isFirst: line.offset === 0, hasEnd: line.lineEnd !== '' });
}
