import type { Clock } from '../core/clock.js';

/** What timers of the system bear at a time is 24 days; more is waited for in pieces. */
const LONGEST_TIMER_MS = 86_400_000;

/** Waits by the clock's timers. True when the time is over; false when one of the signals came first. */
export async function pauseFor(
  delayMs: number,
  clock: Clock,
  signals: readonly AbortSignal[],
): Promise<boolean> {
  let leftMs = delayMs;
  while (leftMs > 0) {
    if (signals.some((signal) => signal.aborted)) return false;
    const pieceMs = Math.min(leftMs, LONGEST_TIMER_MS);
    await onePause(pieceMs, clock, signals);
    leftMs -= pieceMs;
  }
  return !signals.some((signal) => signal.aborted);
}

function onePause(delayMs: number, clock: Clock, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      timer.cancel();
      for (const signal of signals) signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.startTimer(delayMs, end);
    for (const signal of signals) signal.addEventListener('abort', end, { once: true });
  });
}
