import { errorFacts, type ErrorCode, type RetryClass, type Side } from './error-codes.js';

/** What was being done when it failed. */
export type Phase =
  | 'resolve'
  | 'connect'
  | 'proxy'
  | 'tls'
  | 'login'
  | 'list'
  | 'stat'
  | 'read'
  | 'write'
  | 'verify'
  | 'set-time'
  | 'rename'
  | 'remove'
  | 'make-folder'
  | 'checksum'
  | 'command'
  | 'close'
  | 'plan'
  | 'log'
  | 'store'
  | 'rule'
  | 'action';

export interface TransferErrorFacts {
  readonly code: ErrorCode;
  /** The number for the client log (client-log.md, section 4); -1 where the layer below had none. */
  readonly lastCode: number;
  readonly phase: Phase;
  /** What failed, with the names of the thing and the place; never a secret. Without a final full stop. */
  readonly message: string;
  /** The server's own words, made printable, when it said any. */
  readonly reply?: string | undefined;
  /** Overrides the table where this case is known better. */
  readonly retry?: RetryClass | undefined;
  readonly side?: Side | undefined;
  readonly advice?: string | undefined;
  /** The session cannot be used any more and must be closed. */
  readonly sessionLost?: boolean | undefined;
  /** Do not try again before this much time has passed: the server asked for it (HTTP Retry-After). */
  readonly retryAfterMs?: number | undefined;
  /** The last lines of the wire trace before the failure, secrets masked. Sessions get theirs by `recall`. */
  readonly dialogue?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/** The one failure type of everything below the command line. Decide by `code`, never by text. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  readonly code: ErrorCode;
  readonly lastCode: number;
  readonly phase: Phase;
  readonly reply: string | undefined;
  readonly retry: RetryClass;
  readonly side: Side;
  readonly advice: string;
  readonly sessionLost: boolean;
  readonly retryAfterMs: number | undefined;
  #dialogue: (() => readonly string[]) | undefined;

  constructor(facts: TransferErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause });
    const table = errorFacts(facts.code);
    this.code = facts.code;
    this.lastCode = facts.lastCode;
    this.phase = facts.phase;
    this.reply = facts.reply;
    this.retry = facts.retry ?? table.retry;
    this.side = facts.side ?? table.side;
    this.advice = facts.advice ?? table.advice;
    this.sessionLost = facts.sessionLost ?? false;
    this.retryAfterMs = facts.retryAfterMs;
    const { dialogue } = facts;
    if (dialogue !== undefined) this.recall(() => dialogue);
  }

  /** The last lines of the wire trace before the failure, secrets masked. */
  get dialogue(): readonly string[] | undefined {
    return this.#dialogue?.();
  }

  /** Remembers what was said before the failure, unless that is known; it stays the same object. */
  recall(dialogue: () => readonly string[]): void {
    this.#dialogue ??= dialogue;
  }

  /** The same failure with some facts replaced; `cause` and text stay. */
  with(changes: Partial<TransferErrorFacts>): TransferError {
    const changed = new TransferError({
      code: this.code,
      lastCode: this.lastCode,
      phase: this.phase,
      message: this.message,
      reply: this.reply,
      retry: this.retry,
      side: this.side,
      advice: this.advice,
      sessionLost: this.sessionLost,
      retryAfterMs: this.retryAfterMs,
      cause: this.cause,
      ...changes,
    });
    if (this.#dialogue !== undefined) changed.recall(this.#dialogue);
    return changed;
  }
}

/** Wraps whatever was thrown; a TransferError passes through unchanged. */
export function asTransferError(thrown: unknown, phase: Phase): TransferError {
  if (thrown instanceof TransferError) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new TransferError({ code: 'UNEXPECTED', lastCode: -1, phase, message: text, cause: thrown });
}

/** The error of an aborted signal: its reason when that is a TransferError, else CANCELLED. */
export function cancelledError(signal: AbortSignal, phase: Phase): TransferError {
  if (signal.reason instanceof TransferError) return signal.reason;
  return new TransferError({
    code: 'CANCELLED',
    lastCode: -1,
    phase,
    message: 'cancelled',
    cause: signal.reason as unknown,
    sessionLost: true,
  });
}

export function throwIfCancelled(signal: AbortSignal, phase: Phase): void {
  if (signal.aborted) throw cancelledError(signal, phase);
}
