/** Time as the program sees it. Tests hand in one that they move by hand. */
export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01T00:00:00Z. May jump. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. For durations and time limits. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs`; the timer does not keep the process alive by itself. */
  startTimer(delayMs: number, run: () => void): Timer;
  /** Resolves after `delayMs`; rejects with `signal.reason` when the signal aborts first. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

export interface Timer {
  /** Stops the timer. Idempotent. */
  cancel(): void;
  /** Starts the same delay again from now (cheap: used once per chunk by progress limits). */
  restart(): void;
}
