import type { LogFileRef, LogLine } from './log-line.js';

/** Lines of a file in batches, from its bytes in any pieces. Memory stays flat, whatever the file holds. */
export async function* readLogBatches(
  _chunks: AsyncIterable<Uint8Array>,
  _file: LogFileRef,
): AsyncGenerator<readonly LogLine[]> {
  throw new RangeError('not built yet');
}
