import { TransferError } from '../core/transfer-error.js';
import type { RemoteEntry } from '../protocols/protocol-client.js';
import { runLastStep, type LastStepContext } from './last-step.js';
import type { TransferSide } from './transfer-side.js';
import { sourceChange, VANISHED } from './verify.js';

/**
 * The last step of a move: the file is delivered, only its source is still there. A source that was written to since
 * stays. Gives the failure when the source is still there at the end.
 */
export async function removeSource(
  source: TransferSide,
  delivered: RemoteEntry | undefined,
  attemptNumber: number,
  context: LastStepContext,
): Promise<TransferError | undefined> {
  const { failure } = await runLastStep(source, attemptNumber, context, () =>
    removeIfUnchanged(source, delivered, context.finishSignal),
  );
  return failure === undefined ? undefined : notRemoved(source, failure);
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
