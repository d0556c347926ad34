import type { Clock, Timer } from '../core/clock.js';
import { cancelledError, TransferError } from '../core/transfer-error.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import type { Endpoint } from './endpoint.js';
import type { ServerMemory } from './server-memory.js';

/** Whoever opens sessions on a budget. */
export interface BudgetMember {
  /** Ends one idle session of its own and gives its place back; false when it has none. */
  endIdle(): boolean;
}

/** What a waiting member gets: room for one more session, or a session of its own that became free. */
export type Turn =
  { readonly kind: 'place' } | { readonly kind: 'session'; readonly session: ProtocolClient };

interface Waiter {
  readonly member: BudgetMember;
  readonly resolve: (turn: Turn) => void;
}

/** Without a refusal for so long, one more session is tried. */
const GROW_AFTER_MS = 60_000;

const PLACE: Turn = { kind: 'place' };

/**
 * How many sessions one partner bears, shared by everything in this process that talks to it. A server that admits
 * no more lowers the limit to what it admitted; it grows again one by one. Whoever waits is served in turn, and idle
 * sessions of others are ended for them.
 */
export class ConnectionBudget {
  readonly #clock: Clock;
  readonly #memory: ServerMemory;
  readonly #endpoint: Endpoint;
  readonly #members = new Set<BudgetMember>();
  readonly #waiting: Waiter[] = [];
  #most: number;
  #limit: number;
  #used = 0;
  #changedMs: number;
  #growth: Timer | undefined;

  constructor(endpoint: Endpoint, clock: Clock, memory: ServerMemory) {
    this.#clock = clock;
    this.#memory = memory;
    this.#endpoint = endpoint;
    this.#most = Math.max(1, endpoint.maxConnections);
    this.#limit = Math.min(this.#most, memory.of(endpoint).connectionLimit ?? this.#most);
    this.#changedMs = clock.monotonicMs();
  }

  /** The same partner may stand in the settings twice: the smaller limit holds. */
  narrow(maxConnections: number): void {
    this.#most = Math.max(1, Math.min(this.#most, maxConnections));
    this.#limit = Math.min(this.#limit, this.#most);
  }

  /** Waits for its turn; without `mayWait` rejects TOO_MANY_CONNECTIONS instead. */
  async take(member: BudgetMember, signal: AbortSignal, mayWait: boolean): Promise<Turn> {
    this.#members.add(member);
    this.#grow();
    if (this.#waiting.length === 0 && this.#used < this.#limit) {
      this.#used += 1;
      return PLACE;
    }
    if (!mayWait) throw this.#noSecondSession();
    return this.#wait(member, signal);
  }

  /** What to do with a session that became free: somebody got it, it stays idle, or it is to be ended. */
  free(member: BudgetMember, session: ProtocolClient): 'taken' | 'idle' | 'surplus' {
    const first = this.#waiting[0];
    if (first?.member === member) {
      this.#waiting.shift();
      first.resolve({ kind: 'session', session });
      return 'taken';
    }
    if (first !== undefined || this.#used > this.#limit) return 'surplus';
    // Also one that had left: others may need the place that it keeps.
    this.#members.add(member);
    return 'idle';
  }

  /** A session has ended. */
  giveBack(): void {
    this.#used -= 1;
    this.#serve();
  }

  /** The server admitted no further session. True while others of ours are open, so that one of them can be waited for. */
  refused(): boolean {
    this.#used -= 1;
    this.#changedMs = this.#clock.monotonicMs();
    this.#limit = Math.max(1, Math.min(this.#limit, this.#used));
    const hasOthers = this.#used > 0;
    if (hasOthers) this.#memory.remember(this.#endpoint, { connectionLimit: this.#limit });
    this.#serve();
    return hasOthers;
  }

  leave(member: BudgetMember): void {
    this.#members.delete(member);
  }

  #wait(member: BudgetMember, signal: AbortSignal): Promise<Turn> {
    const turn = new Promise<Turn>((resolve, reject) => {
      const waiter: Waiter = {
        member,
        resolve: (given) => {
          signal.removeEventListener('abort', onAbort);
          resolve(given);
        },
      };
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(cancelledError(signal, 'connect'));
      };
      this.#waiting.push(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
    for (const other of this.#members) if (other !== member && other.endIdle()) break;
    this.#planGrowth();
    return turn;
  }

  #serve(): void {
    while (this.#used < this.#limit) {
      const first = this.#waiting.shift();
      if (first === undefined) return;
      this.#used += 1;
      first.resolve(PLACE);
    }
    this.#planGrowth();
  }

  #grow(): void {
    const now = this.#clock.monotonicMs();
    const steps = Math.floor((now - this.#changedMs) / GROW_AFTER_MS);
    if (steps === 0 || this.#limit === this.#most) return;
    this.#limit = Math.min(this.#most, this.#limit + steps);
    this.#changedMs = now;
    if (this.#limit === this.#most) this.#memory.forget(this.#endpoint, 'connectionLimit');
    this.#serve();
  }

  /** For those who wait while nobody takes or gives. */
  #planGrowth(): void {
    if (this.#growth !== undefined || this.#waiting.length === 0 || this.#limit === this.#most) return;
    this.#growth = this.#clock.startTimer(GROW_AFTER_MS, () => {
      this.#growth = undefined;
      this.#grow();
      this.#planGrowth();
    });
  }

  #noSecondSession(): TransferError {
    return new TransferError({
      code: 'TOO_MANY_CONNECTIONS',
      lastCode: -1,
      phase: 'connect',
      message: `${this.#endpoint.label}: no further session is free for the other end of this file (limit ${this.#limit})`,
      side: 'us',
      advice:
        'Raise maxConnections if the partner allows it: a file between two hosts needs a session to each.',
    });
  }
}
