import type { Clock } from '../core/clock.js';
import type { LiveEvent, LiveEvents } from './live-events.js';

type Listener = (event: LiveEvent, atMs: number) => void;

/** Hands each event to all who listen, at once. */
export class LiveEventsHub implements LiveEvents {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #dropped: (error: unknown) => void;
  readonly #listeners = new Set<Listener>();

  /** `dropped` hears of a listener that threw and is gone. */
  constructor(clock: Pick<Clock, 'now'>, dropped: (error: unknown) => void) {
    this.#clock = clock;
    this.#dropped = dropped;
  }

  publish(event: LiveEvent): void {
    const atMs = this.#clock.now();
    for (const listener of this.#listeners) {
      try {
        listener(event, atMs);
      } catch (error) {
        this.#listeners.delete(listener);
        this.#dropped(error);
      }
    }
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
