import type { Clock } from '../../core/clock.js';

/** A clock that shows another time and runs as the given one does. */
export function movedClock(clock: Clock, offsetMs: number): Clock {
  return {
    now: () => clock.now() + offsetMs,
    monotonicMs: () => clock.monotonicMs(),
    startTimer: (delayMs, run) => clock.startTimer(delayMs, run),
    sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
  };
}
