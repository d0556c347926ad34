import { asTransferError, type TransferError } from '../core/transfer-error.js';
import { retryDelayMs } from './retry.js';
import type { AttemptContext } from './transfer-job.js';
import type { EndedAttempt } from './transfer-observer.js';
import type { TransferSide } from './transfer-side.js';

/** What is told of an attempt that has ended. */
export type AttemptLine = Pick<EndedAttempt, 'lastCode' | 'succeeded' | 'isLast' | 'attemptNumber' | 'error'>;

export interface LastStepContext extends Pick<
  AttemptContext,
  'platform' | 'options' | 'signal' | 'finishSignal'
> {
  readonly log: (line: AttemptLine) => Promise<void>;
}

export interface LastStepEnd {
  /** Undefined when it is done. */
  readonly failure: TransferError | undefined;
  /** Number of the last attempt that has a line. */
  readonly attemptNumber: number;
}

/**
 * What follows once a file is delivered, with retries of its own: the file is never sent again for it. A failure
 * gets a line of its own; a later success closes it with another. `run` gives the code of that line.
 */
export async function runLastStep(
  side: TransferSide,
  attemptNumber: number,
  context: LastStepContext,
  run: () => Promise<number>,
): Promise<LastStepEnd> {
  const { platform, options, signal } = context;
  for (let round = 1; ; round += 1) {
    const number = attemptNumber + round;
    const end = await run().catch((thrown: unknown) => asTransferError(thrown, 'remove'));
    if (typeof end === 'number') {
      if (round === 1) return { failure: undefined, attemptNumber };
      await context.log({ lastCode: end, succeeded: true, isLast: true, attemptNumber: number });
      return { failure: undefined, attemptNumber: number };
    }
    const delayMs = signal.aborted ? undefined : retryDelayMs(end, round, options, platform);
    const isLast = delayMs === undefined;
    await context.log({
      lastCode: end.lastCode,
      succeeded: false,
      isLast,
      attemptNumber: number,
      error: end,
    });
    if (isLast) return { failure: end, attemptNumber: number };
    await side.leave(false);
    await platform.clock.sleep(delayMs, signal).catch(() => undefined);
  }
}
