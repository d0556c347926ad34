import { performance } from 'node:perf_hooks';
import type { Clock, Timer } from '../../core/clock.js';

/** The machine's own clock. */
export const nodeClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  startTimer,
  sleep,
};

function startTimer(delayMs: number, run: () => void): Timer {
  const timeout = setTimeout(run, delayMs);
  timeout.unref();
  return {
    cancel: () => clearTimeout(timeout),
    restart: () => void timeout.refresh(),
  };
}

function sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const onAbort = () => {
      clearTimeout(timeout);
      reject(signal?.reason as Error);
    };
    const timeout = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
