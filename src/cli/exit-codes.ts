import { errorFacts } from '../core/error-codes.js';
import type { TransferError } from '../core/transfer-error.js';
import { SettingsError } from '../settings/settings-error.js';
import type { BatchResult } from '../transfers/batch-request.js';

/** Stable: scripts rest on them. */
export const EXIT_CODES = {
  0: 'ok',
  1: 'unexpected, or the client log could not be written',
  2: 'usage: a command, flag or location cannot be understood',
  3: 'not found: the source or folder does not exist',
  4: 'refused: login, permission, host key or certificate',
  5: 'temporary: a retry may help',
  6: 'some files failed',
  7: 'permanent: a retry will not help',
  8: 'the settings are not valid',
  9: 'nothing transferred: no file matched (see --missing-source-ok)',
  10: 'daemon unreachable',
  130: 'stopped by Ctrl-C (SIGINT)',
  143: 'stopped by SIGTERM',
} as const;

export type ExitCode = keyof typeof EXIT_CODES;

/** The exit code of a command that failed as a whole. */
export function exitCodeOfError(error: TransferError): number {
  if (error instanceof SettingsError && error.isUsage) return 2;
  return exitCodeOf(error);
}

/** The exit code of a batch that ran to its end, signals apart. */
export function exitCodeOfBatch(result: BatchResult, missingSourceOk: boolean): number {
  const { succeeded, skipped, failed, stoppedBy } = result;
  const reached = succeeded + skipped;
  if (stoppedBy?.code === 'CLIENT_LOG_FAILED') return exitCodeOf(stoppedBy);
  if (failed > 0 && reached > 0) return 6;
  if (failed > 0) return commonExitCode(result) ?? 6;
  if (stoppedBy !== undefined) return reached > 0 ? 6 : exitCodeOf(stoppedBy);
  if (result.notAttempted + result.cancelled > 0) return 6;
  return reached + result.planned === 0 && !missingSourceOk ? 9 : 0;
}

/** All files failed: the code they share says more than "some files failed". */
function commonExitCode({ failures }: BatchResult): number | undefined {
  const codes = new Set(failures.map(({ error }) => exitCodeOf(error)));
  const [only] = codes;
  return codes.size === 1 ? only : undefined;
}

/** By the table; but of 5 and 7 the one that is true of this failure: a script that tries again must not send twice. */
function exitCodeOf({ code, retry }: TransferError): number {
  const { exitCode } = errorFacts(code);
  if (exitCode !== 5 && exitCode !== 7) return exitCode;
  return retry === 'transient' ? 5 : 7;
}
