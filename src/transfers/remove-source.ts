import { asTransferError, TransferError } from '../core/transfer-error.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import { retryDelayMs } from './retry.js';
import type { AttemptContext } from './transfer-job.js';
import type { EndedAttempt } from './transfer-observer.js';
import type { TransferSide } from './transfer-side.js';
import { sourceChange, VANISHED } from './verify.js';

export interface RemoveSourceContext extends Pick<
  AttemptContext,
  'platform' | 'options' | 'signal' | 'finishSignal'
> {
  readonly log: (
    line: Pick<EndedAttempt, 'lastCode' | 'succeeded' | 'isLast' | 'attemptNumber' | 'error'>,
  ) => Promise<void>;
}

/**
 * The last step of a move, with its own retries: the file is delivered, only its source is still there. A source
 * that was written to since stays. A refusal gets a line of its own; a later success closes it with another.
 * Gives the failure when the source is still there at the end.
 */
export async function removeSource(
  source: TransferSide,
  delivered: RemoteEntry | undefined,
  attemptNumber: number,
  context: RemoveSourceContext,
): Promise<TransferError | undefined> {
  const { platform, options, signal, finishSignal } = context;
  for (let removal = 1; ; removal += 1) {
    const number = attemptNumber + removal;
    try {
      const lastCode = await removeIfUnchanged(source, delivered, finishSignal);
      if (removal > 1) await context.log({ lastCode, succeeded: true, isLast: true, attemptNumber: number });
      return undefined;
    } catch (thrown) {
      const error = asTransferError(thrown, 'remove');
      const delayMs = signal.aborted ? undefined : retryDelayMs(error, removal, options, platform);
      const isLast = delayMs === undefined;
      await context.log({ lastCode: error.lastCode, succeeded: false, isLast, attemptNumber: number, error });
      if (isLast) return notRemoved(source, error);
      await source.leave(false);
      await platform.clock.sleep(delayMs, signal).catch(() => undefined);
    }
  }
}

async function removeIfUnchanged(
  source: TransferSide,
  delivered: RemoteEntry | undefined,
  signal: AbortSignal,
): Promise<number> {
  const change = delivered === undefined ? undefined : await sourceChange(source, delivered, signal);
  if (change !== undefined && change !== VANISHED) throw changedSince(source, change);
  const session = await source.session(signal);
  // Some servers take a file away once it was read: then there is nothing left to remove.
  if (change === VANISHED) return session.capabilities.settledCode;
  const receipt = await source.use(signal, (live) => live.remove(source.path, { signal }), 'remove');
  return receipt.lastCode;
}

function changedSince(source: TransferSide, change: string): TransferError {
  return new TransferError({
    code: 'SOURCE_CHANGED',
    lastCode: source.ownFailureCode,
    phase: 'remove',
    message: `${source.path} ${change} after it was delivered`,
    retry: 'permanent',
  });
}

function notRemoved(source: TransferSide, cause: TransferError): TransferError {
  return new TransferError({
    code: 'SOURCE_NOT_REMOVED',
    lastCode: cause.lastCode,
    phase: 'remove',
    message: `${source.pool.endpoint.label}: ${source.path} was delivered, but its source is still there: ${cause.message}`,
    side: cause.side,
    reply: cause.reply,
    cause,
  });
}
