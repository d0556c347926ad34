import type { RunJson } from '../../api/answers.js';
import { ERROR_CODES, errorFacts, type ErrorCode } from '../../core/error-codes.js';

const SOME_FAILED = 6;
const NOTHING_DONE = 9;

/** What a run that was waited for says to a script. */
export function runExitCode({ state, code, filesSucceeded, filesFailed }: RunJson): number {
  switch (state) {
    case 'succeeded':
      return 0;
    case 'skipped':
      return NOTHING_DONE;
    case 'cancelled':
      return errorFacts('CANCELLED').exitCode;
    case 'failed':
      if (filesSucceeded > 0 && filesFailed > 0) return SOME_FAILED;
      return code !== undefined && Object.hasOwn(ERROR_CODES, code)
        ? errorFacts(code as ErrorCode).exitCode
        : errorFacts('RULE_FAILED').exitCode;
    case 'waiting':
    case 'running':
      return 0;
  }
}
