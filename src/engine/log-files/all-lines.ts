import type { LogLine } from '../../client-log/reading/log-line.js';
import { readLogBatches } from '../../client-log/reading/read-client-log.js';
import { fileBytes, type CutTold } from './file-bytes.js';
import type { LogFile } from './log-file.js';
import { mergeLines } from './merge-lines.js';
import { unpackedBytes } from './unpack.js';

/** Every line of the files, merged by time. */
export function allLines(files: readonly LogFile[], wasCut: CutTold): AsyncGenerator<readonly LogLine[]> {
  return mergeLines(
    files.map((file) => ({ firstInstantMs: file.firstInstantMs, open: () => linesOf(file, wasCut) })),
  );
}

/** Every line of one file. */
export function linesOf({ ref, body }: LogFile, wasCut: CutTold): AsyncGenerator<readonly LogLine[]> {
  return readLogBatches(body.kind === 'plain' ? fileBytes(body, wasCut) : unpackedBytes(body.source), ref);
}
