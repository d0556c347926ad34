import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../../core/clock.js';
import type { EventFeed, FedEvent } from './event-feed.js';

/** So many events wait for a reader that is behind; more are counted as missed. */
export const WAITING_EVENTS = 256;

export const HEARTBEAT_MS = 15_000;

/** A reader that takes nothing for so long has gone. */
export const STUCK_MS = 60_000;

export interface EventStreamParts {
  readonly feed: EventFeed;
  readonly clock: Clock;
  readonly response: ServerResponse;
  readonly wants: (event: FedEvent) => boolean;
  /** Asked at each heartbeat: whether the token still counts. */
  readonly isStillAdmitted: () => Promise<boolean>;
  readonly lastEventId: string | undefined;
}

/** One reader of the live events. Its memory is bounded, however slow it is. */
export class EventStream {
  readonly #parts: EventStreamParts;
  readonly #waiting: FedEvent[] = [];
  readonly #stopListening: () => void;
  #heartbeat: Timer | undefined;
  #stuck: Timer | undefined;
  #isBehind = false;
  #missed = 0;
  #isClosed = false;

  /** The head of the answer is written already. */
  constructor(parts: EventStreamParts) {
    this.#parts = parts;
    const { response, feed } = parts;
    response.on('drain', () => this.#caughtUp());
    response.on('close', () => this.close());
    response.on('error', () => this.close());
    this.#write('retry: 3000\n\n');
    this.#replay();
    this.#stopListening = feed.listen((event) => this.#offer(event));
    this.#beat();
  }

  /** Events that wait for the reader. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Ends the answer. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopListening();
    this.#heartbeat?.cancel();
    this.#stuck?.cancel();
    this.#waiting.length = 0;
    this.#parts.response.end();
  }

  #replay(): void {
    const { lastEventId, feed } = this.#parts;
    if (lastEventId === undefined) return;
    const { events, missed } = feed.since(lastEventId);
    if (missed !== 0) this.#write(missedFrame(missed));
    for (const event of events) this.#offer(event);
  }

  #offer(event: FedEvent): void {
    if (this.#isClosed || !this.#parts.wants(event)) return;
    if (!this.#isBehind) {
      this.#write(this.#parts.feed.frame(event));
      return;
    }
    // Once one is missed, so are those behind it until the reader has heard of it: the order stays true.
    if (this.#missed > 0 || this.#waiting.length >= WAITING_EVENTS) this.#missed += 1;
    else this.#waiting.push(event);
  }

  #write(text: string): void {
    if (this.#parts.response.write(text)) return;
    this.#isBehind = true;
    this.#stuck ??= this.#parts.clock.startTimer(STUCK_MS, () => {
      this.#parts.response.destroy();
      this.close();
    });
  }

  #caughtUp(): void {
    if (this.#isClosed) return;
    this.#isBehind = false;
    this.#stuck?.cancel();
    this.#stuck = undefined;
    while (!this.#isBehind) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#write(this.#parts.feed.frame(next));
    }
    if (this.#isBehind || this.#missed === 0) return;
    const missed = this.#missed;
    this.#missed = 0;
    this.#write(missedFrame(missed));
  }

  #beat(): void {
    if (this.#isClosed) return;
    this.#heartbeat = this.#parts.clock.startTimer(HEARTBEAT_MS, () => {
      if (!this.#isBehind) this.#write(': heartbeat\n\n');
      void this.#recheck();
    });
  }

  async #recheck(): Promise<void> {
    // A store that cannot be asked is no reason to believe.
    const isAdmitted = await this.#parts.isStillAdmitted().catch(() => false);
    if (isAdmitted) this.#beat();
    else this.close();
  }
}

function missedFrame(missed: number | 'unknown'): string {
  return `event: missed\ndata: ${JSON.stringify({ schemaVersion: 1, missed })}\n\n`;
}
