import type { Clock } from '../core/clock.js';
import type { TransferError } from '../core/transfer-error.js';
import { cancelledError } from '../core/transfer-error.js';
import type { LookLane } from './look-lanes.js';

export interface LookLimit {
  readonly clock: Clock;
  /** The system must answer within this time; each answer begins it anew. */
  readonly limitMs: number;
  readonly lane: LookLane;
  readonly stop: AbortSignal;
  /** Called when the limit is over: what that is called. */
  readonly hung: () => TransferError;
  /** Called when a look that was given up has come back after all. */
  readonly cameBack: () => void;
}

export interface LookWatch {
  readonly signal: AbortSignal;
  readonly alive: () => void;
}

/**
 * Runs a look whose calls of the system cannot be taken back. Rejects in time with `hung` or CANCELLED although the call
 * still waits; its lane is taken until it comes back.
 */
export async function withinLimit<T>(limit: LookLimit, look: (watch: LookWatch) => Promise<T>): Promise<T> {
  const { clock, limitMs, lane, stop } = limit;
  const over = new AbortController();
  let isHung = false;
  const onStop = () => over.abort(stop.reason);
  const timer = clock.startTimer(limitMs, () => {
    isHung = true;
    lane.hangs();
    over.abort(limit.hung());
  });
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  const running = look({ signal: over.signal, alive: () => timer.restart() });
  const ended = running.then(ignore, ignore).then(() => {
    timer.cancel();
    stop.removeEventListener('abort', onStop);
    lane.leave();
    if (isHung) limit.cameBack();
  });
  const given = await Promise.race([running, untilAborted(over.signal)]);
  await ended;
  return given;
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = () => reject(cancelledError(signal, 'list'));
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
}

/** The outcome is told by the race. */
function ignore(): void {
  return undefined;
}
