import type { Clock, Timer } from '../../core/clock.js';
import type { ErrorCode, RetryClass } from '../../core/error-codes.js';
import { cancelledError, throwIfCancelled, TransferError, type Phase } from '../../core/transfer-error.js';
import { EFT_INTERNAL_TIMEOUT } from '../../core/winsock.js';

/** Statuses that EFT writes for a session that stands (client-log.md, table C). */
export const STATUS_CONNECTION_LOST = 7;
export const STATUS_TIMED_OUT = 8;

/** Why a session is over; each call under way makes its own error of it. */
export interface Loss {
  readonly code: ErrorCode;
  readonly lastCode: number;
  /** What happened, without place and operation. */
  readonly reason: string;
  readonly reply?: string | undefined;
  readonly retry?: RetryClass | undefined;
  readonly advice?: string | undefined;
  readonly cause?: unknown;
}

/** One call under way: what it is, for messages, and who may cancel it. */
export interface CallFacts {
  readonly phase: Phase;
  /** For example `open /in/a.xml`; already printable. */
  readonly what: string;
  readonly signal: AbortSignal;
  /** Instead of the session's. */
  readonly timeoutMs?: number;
}

/** The one settling point of a call; everything after the first settling is ignored. */
export interface Wait<T> {
  readonly settled: boolean;
  readonly resolve: (value: T) => void;
  /** Any reason is passed on as it is. */
  readonly reject: (reason: unknown) => void;
  /** The server said something or was asked something: its time starts anew. */
  readonly progress: () => void;
  /** Nothing is awaited from the server now, so its time stands still until the next `progress()`. */
  readonly pause: () => void;
  /** Calls `run` once when the wait settles, however it does. */
  readonly onSettled: (run: () => void) => void;
}

export interface LifeFacts {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** `host:port`, for messages. */
  readonly place: string;
  /** Closes the socket at once. */
  readonly destroy: () => void;
  /** Told once, before any call is. */
  readonly onLoss?: (loss: Loss) => void;
  /** Knows a truer reason for a time-out than "no answer", if there is one. */
  readonly explainTimeout?: () => Loss | undefined;
}

/**
 * The life of one connection: every wait on it has a time limit, hears of an abort, and ends when the
 * connection does, whether or not the library below says so.
 */
export class SessionLife {
  readonly place: string;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #destroy: () => void;
  readonly #onLoss: (loss: Loss) => void;
  readonly #explainTimeout: () => Loss | undefined;
  readonly #waits = new Set<(loss: Loss) => void>();
  #loss: Loss | undefined;
  #stands = false;

  constructor(facts: LifeFacts) {
    this.place = facts.place;
    this.#clock = facts.clock;
    this.#timeoutMs = facts.timeoutMs;
    this.#destroy = facts.destroy;
    this.#onLoss = facts.onLoss ?? (() => undefined);
    this.#explainTimeout = facts.explainTimeout ?? (() => undefined);
  }

  get loss(): Loss | undefined {
    return this.#loss;
  }

  /** True once the login succeeded: from then on a failure bears an SFTP status, before it a socket code. */
  get stands(): boolean {
    return this.#stands;
  }

  markStanding(): void {
    this.#stands = true;
  }

  /** Ends the session for every call under way and every later one. Idempotent: the first reason stays. */
  lose(loss: Loss): void {
    if (this.#loss !== undefined) return;
    this.#destroy();
    this.end(loss);
  }

  /** Like `lose`, but leaves the socket open for a last word. */
  end(loss: Loss): void {
    if (this.#loss === undefined) {
      this.#loss = loss;
      this.#onLoss(loss);
    }
    for (const hear of [...this.#waits]) hear(this.#loss);
  }

  /** Runs `start` and waits until it settles, the time runs out, the signal aborts or the session ends. */
  wait<T>(call: CallFacts, start: (wait: Wait<T>) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (call.signal.aborted) return reject(cancelledError(call.signal, call.phase));
      if (this.#loss !== undefined) return reject(this.lossError(this.#loss, call));
      const wait = this.#track(call, resolve, reject);
      try {
        start(wait);
      } catch (error) {
        // ssh2 throws when it is used after its socket went away.
        this.lose(brokenLoss(error));
      }
    });
  }

  /** Throws what a wait of this call would reject with now: for the time between two waits. */
  check(call: CallFacts): void {
    throwIfCancelled(call.signal, call.phase);
    if (this.#loss !== undefined) throw this.lossError(this.#loss, call);
  }

  /** The error of a call on a session that is over. */
  lossError(loss: Loss, call: Pick<CallFacts, 'phase' | 'what'>): TransferError {
    return new TransferError({
      code: loss.code,
      lastCode: loss.lastCode,
      phase: call.phase,
      message: `${this.place}: ${call.what}: ${loss.reason}`,
      reply: loss.reply,
      retry: loss.retry,
      advice: loss.advice,
      sessionLost: true,
      cause: loss.cause,
    });
  }

  #track<T>(call: CallFacts, resolve: (value: T) => void, reject: (reason: unknown) => void): Wait<T> {
    const settle = (run: () => void) => {
      if (settled) return;
      settled = true;
      timer.pause();
      this.#waits.delete(onLoss);
      call.signal.removeEventListener('abort', onAbort);
      run();
      for (const hear of listeners) hear();
    };
    const listeners: (() => void)[] = [];
    const onLoss = (loss: Loss) => settle(() => reject(this.lossError(loss, call)));
    const onAbort = () => {
      const error = cancelledError(call.signal, call.phase);
      settle(() => reject(error));
      this.lose({ code: 'CANCELLED', lastCode: -1, reason: 'cancelled', cause: error });
    };
    const timeoutMs = call.timeoutMs ?? this.#timeoutMs;
    const timer = new PausableTimer(this.#clock, timeoutMs, () =>
      this.lose(this.#explainTimeout() ?? this.#timeoutLoss(timeoutMs)),
    );
    let settled = false;
    this.#waits.add(onLoss);
    call.signal.addEventListener('abort', onAbort, { once: true });
    return {
      get settled() {
        return settled;
      },
      resolve: (value) => settle(() => resolve(value)),
      reject: (reason) => settle(() => reject(reason)),
      progress: () => {
        if (!settled) timer.restart();
      },
      pause: () => timer.pause(),
      onSettled: (run) => void listeners.push(run),
    };
  }

  #timeoutLoss(timeoutMs: number): Loss {
    return {
      code: 'TIMEOUT',
      lastCode: this.#stands ? STATUS_TIMED_OUT : EFT_INTERNAL_TIMEOUT,
      reason: `no answer within ${timeoutMs / 1000} s`,
    };
  }
}

function brokenLoss(cause: unknown): Loss {
  return {
    code: 'CONNECTION_LOST',
    lastCode: STATUS_CONNECTION_LOST,
    reason: 'the connection is gone',
    cause,
  };
}

class PausableTimer {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #run: () => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, delayMs: number, run: () => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#run = run;
    this.restart();
  }

  restart(): void {
    if (this.#timer === undefined) this.#timer = this.#clock.startTimer(this.#delayMs, this.#run);
    else this.#timer.restart();
  }

  pause(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
