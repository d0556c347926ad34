import type { Platform } from '../core/platform.js';
import type { TransferError } from '../core/transfer-error.js';
import type { TransferOptions } from './transfer-options.js';

/** A server that asks for more is not waited for any longer. */
const MAX_ASKED_DELAY_MS = 3_600_000;

/**
 * How long to wait before the attempt after `attemptNumber`, or undefined when there is none: only transient
 * failures are tried again, never a refused login. Fixed, or exponential with full jitter over the upper half, so that
 * many clients of one server do not return at the same moment; never before the time that the server asked for.
 */
export function retryDelayMs(
  error: TransferError,
  attemptNumber: number,
  options: TransferOptions,
  platform: Platform,
): number | undefined {
  if (error.retry !== 'transient' || attemptNumber > options.retries) return undefined;
  const askedMs = Math.min(error.retryAfterMs ?? 0, MAX_ASKED_DELAY_MS);
  return Math.max(askedMs, ownDelayMs(attemptNumber, options, platform));
}

function ownDelayMs(attemptNumber: number, options: TransferOptions, platform: Platform): number {
  if (options.retryBackoff === 'fixed') return options.retryDelayMs;
  const ceiling = Math.min(options.maxRetryDelayMs, options.retryDelayMs * 2 ** (attemptNumber - 1));
  return Math.round(ceiling * (0.5 + platform.random.fraction() / 2));
}
