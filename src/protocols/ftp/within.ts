import type { Clock } from '../../core/clock.js';

/** What `promise` gives, or undefined when it takes longer than `limitMs`. The promise must not reject. */
export function within<T>(promise: Promise<T>, limitMs: number, clock: Clock): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = clock.startTimer(limitMs, () => resolve(undefined));
    void promise.then((value) => {
      timer.cancel();
      resolve(value);
    });
  });
}
