import type { LogLine } from '../../client-log/reading/log-line.js';
import { readLogBatches } from '../../client-log/reading/read-client-log.js';
import { throwIfCancelled } from '../../core/transfer-error.js';
import { fileBytes } from './file-bytes.js';
import { HeapTrim } from './heap-trim.js';
import type { LogFile } from './log-file.js';
import { mergeLines } from './merge-lines.js';
import type { ScanOptions } from './scan-lanes.js';
import { unpackedBytes } from './unpack.js';

/** A batch is up to a thousand lines. */
const BATCHES_BETWEEN_TRIMS = 16;

export type LineOptions = Pick<ScanOptions, 'wasCut' | 'signal'>;

/** Every line of the files, merged by time. */
export function allLines(
  files: readonly LogFile[],
  options: LineOptions,
): AsyncGenerator<readonly LogLine[]> {
  return mergeLines(
    files.map((file) => ({ firstInstantMs: file.firstInstantMs, open: () => linesOf(file, options) })),
  );
}

/** Every line of one file. */
export async function* linesOf(
  { ref, body }: LogFile,
  { wasCut, signal }: LineOptions,
): AsyncGenerator<readonly LogLine[]> {
  const bytes = body.kind === 'plain' ? fileBytes(body, wasCut) : unpackedBytes(body.source);
  const heap = new HeapTrim();
  let batches = 0;
  for await (const batch of readLogBatches(bytes, ref)) {
    throwIfCancelled(signal, 'log');
    batches += 1;
    if (batches % BATCHES_BETWEEN_TRIMS === 0) heap.trim();
    yield batch;
  }
}
