import type { TransferError } from '../core/transfer-error.js';
import { runLastStep, type LastStepContext, type LastStepEnd } from './last-step.js';
import { runServerCommands } from './server-command.js';
import type { TransferJob } from './transfer-job.js';
import type { TransferState } from './transfer-state.js';

/** The commands after the transfer. What they fail with is AFTER_COMMAND_FAILED: the file is delivered all the same. */
export async function runAfterCommands(
  job: TransferJob,
  state: TransferState,
  attemptNumber: number,
  context: LastStepContext,
): Promise<LastStepEnd> {
  const { options, finishSignal } = context;
  if (options.after.length === 0) return { failure: undefined, attemptNumber };
  const side = job.target.isLocal ? job.source : job.target;
  const end = await runLastStep(side, attemptNumber, context, () =>
    runServerCommands('after', job, state, { options, signal: finishSignal }),
  );
  return end.failure === undefined ? end : { ...end, failure: deliveredAllTheSame(end.failure) };
}

function deliveredAllTheSame(cause: TransferError): TransferError {
  return cause.with({
    code: 'AFTER_COMMAND_FAILED',
    message: `delivered, but ${cause.message}`,
    retry: 'permanent',
    advice:
      'Do by hand what the command should have done; the file stands under its final name, so do not send it again.',
    cause,
  });
}
