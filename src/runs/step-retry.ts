import type { TransferError } from '../core/transfer-error.js';
import type { ActionKind, ActionStep } from '../rules/actions/action.js';

const MAX_DELAY_MS = 300_000;

/** Transfers try again by their own options, file by file. The others here would only say the same once more. */
const WITHOUT_RETRIES: ReadonlySet<ActionKind> = new Set([
  'copy',
  'move',
  'download',
  'stop',
  'fail',
  'wait',
  'call',
]);

/**
 * How long to wait before the try after this one, doubling up to five minutes; undefined when there is none. A refused
 * login and a wrong setting are never tried again by themselves; anything else is what the rule asked for.
 */
export function stepRetryDelayMs(
  step: ActionStep,
  error: TransferError,
  attempt: number,
): number | undefined {
  if (attempt > step.retries || WITHOUT_RETRIES.has(step.action.kind)) return undefined;
  if (error.retry === 'auth' || error.retry === 'config' || error.code === 'CANCELLED') return undefined;
  const ownMs = Math.min(Math.max(MAX_DELAY_MS, step.retryDelayMs), step.retryDelayMs * 2 ** (attempt - 1));
  return Math.max(ownMs, Math.min(error.retryAfterMs ?? 0, MAX_DELAY_MS));
}
