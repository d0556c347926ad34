import type { ReadRecord } from '../../client-log/reading/log-line.js';
import { inferredResult } from '../../client-log/reading/compose-record.js';
import { isLogProtocol } from '../../client-log/record.js';
import { explainCode, type CodeReading } from '../../client-log/result-codes/explain-code.js';
import { UNDEFINED_FAILURE_ENTRY } from '../../client-log/result-codes/sftp-codes.js';

/** Verdict and code of a record, read together. */
export interface RecordReading {
  /** Every reading of the code that is possible, the likeliest first. */
  readonly readings: readonly [CodeReading, ...CodeReading[]];
  /**
   * Whether the tenth column and the code contradict each other. The column has the last word: of a failure whose code
   * reads as success, the first reading is what that can mean, and the code's own one follows.
   */
  readonly conflict: 'none' | 'failed-with-success-code' | 'succeeded-with-failure-code';
}

type Judged = Pick<ReadRecord, 'protocol' | 'code' | 'result'>;

/** What code and verdict of a record mean. */
export function readingOf({ protocol, code, result }: Judged): RecordReading {
  const readings = explainCode(code, isLogProtocol(protocol) ? protocol : undefined);
  if (result === inferredResult(protocol, code)) return { readings, conflict: 'none' };
  if (result === 'succeeded') return { readings, conflict: 'succeeded-with-failure-code' };
  const beside: CodeReading = {
    ...UNDEFINED_FAILURE_ENTRY,
    code,
    table: readings[0].table,
    phrase: `failed, though the last code was "${readings[0].phrase}"`,
    meaning: 'The other side was content, and the attempt failed all the same.',
    when: 'the tenth column says that it failed, and it has the last word',
    source: 'the tenth column; client-log.md, section 3, "If action FAILED"',
  };
  return { readings: [beside, ...readings], conflict: 'failed-with-success-code' };
}
