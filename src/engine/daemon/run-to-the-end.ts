import type { Clock } from '../../core/clock.js';
import type { TriggerEvent } from '../../rules/triggers/trigger-event.js';
import type { LiveEvents } from '../../runs/live-events.js';
import type { RunQueue } from '../../runs/run-queue.js';

export interface RunToTheEndParts {
  readonly queue: RunQueue;
  readonly live: LiveEvents;
  readonly clock: Clock;
  /** So long is waited, at most; what takes longer goes on at the next start. */
  readonly limitMs: number;
}

/** Makes the runs of events and waits until all of them have ended. Rejects with STORE_FAILED. */
export async function runToTheEnd(
  events: readonly TriggerEvent[],
  { queue, live, clock, limitMs }: RunToTheEndParts,
): Promise<void> {
  const ended = new Set<number>();
  let look: () => void = () => undefined;
  const deafen = live.listen((event) => {
    if (event.type !== 'run.ended') return;
    ended.add(event.run);
    look();
  });
  try {
    const made = (await queue.createRuns(events)).filter((id) => id !== undefined);
    await new Promise<void>((resolve) => {
      const timer = clock.startTimer(limitMs, resolve);
      look = () => {
        if (!made.every((id) => ended.has(id))) return;
        timer.cancel();
        resolve();
      };
      look();
    });
  } finally {
    deafen();
  }
}
