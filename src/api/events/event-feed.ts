import type { LiveEvent, LiveEvents } from '../../runs/live-events.js';
import { timeText } from '../views/view-parts.js';

/** So many past events can be asked for again by `Last-Event-ID`. */
export const KEPT_EVENTS = 1000;

/** One event with its place in the order of this process. */
export interface FedEvent {
  readonly number: number;
  readonly atMs: number;
  readonly event: LiveEvent;
}

/** Numbers the live events, keeps the last of them, and hands each to all who listen. */
export class EventFeed {
  readonly #epoch: string;
  readonly #kept: FedEvent[] = [];
  readonly #listeners = new Set<(event: FedEvent) => void>();
  readonly #stop: () => void;
  #last = 0;

  /** `startedMs` tells the numbers of this process from those of another. */
  constructor(live: LiveEvents, startedMs: number) {
    this.#epoch = startedMs.toString(36);
    this.#stop = live.listen((event, atMs) => this.#take(event, atMs));
  }

  listen(listener: (event: FedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What came after the event of that id, and how many of those are not kept any more. */
  since(lastId: string): { readonly events: readonly FedEvent[]; readonly missed: number | 'unknown' } {
    const [epoch, text = ''] = lastId.split('-');
    const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (epoch !== this.#epoch || !(number <= this.#last)) return { events: this.#kept, missed: 'unknown' };
    const oldest = this.#kept[0]?.number ?? this.#last + 1;
    return {
      events: this.#kept.filter((each) => each.number > number),
      missed: Math.max(0, oldest - 1 - number),
    };
  }

  /** The event as it goes over the line. */
  frame({ number, atMs, event }: FedEvent): string {
    const data = JSON.stringify({ schemaVersion: 1, at: timeText(atMs), ...event });
    return `id: ${this.#epoch}-${number}\nevent: ${event.type}\ndata: ${data}\n\n`;
  }

  close(): void {
    this.#stop();
    this.#listeners.clear();
  }

  #take(event: LiveEvent, atMs: number): void {
    this.#last += 1;
    const fed = { number: this.#last, atMs, event };
    this.#kept.push(fed);
    if (this.#kept.length >= 2 * KEPT_EVENTS) this.#kept.splice(0, this.#kept.length - KEPT_EVENTS);
    for (const listener of this.#listeners) listener(fed);
  }
}
