import { addAbortSignal } from 'node:stream';
import type { LogFileRef, LogLine } from '../../client-log/reading/log-line.js';
import { readLogBatches } from '../../client-log/reading/read-client-log.js';
import { unreadable } from '../log-files/log-names.js';

/** What comes in by stdin, as it comes; ends with it, or with the signal. Rejects with LOG_UNREADABLE. */
export async function* stdinLines(ref: LogFileRef, signal: AbortSignal): AsyncGenerator<readonly LogLine[]> {
  try {
    yield* readLogBatches(addAbortSignal(signal, process.stdin), ref);
  } catch (error) {
    if (!signal.aborted) throw unreadable(ref.name, error);
  }
}
