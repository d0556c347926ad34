import type { ClientLogFacts } from '../client-log/log-facts.js';
import { loggedCode } from '../client-log/record.js';
import { printable } from '../core/printable.js';
import { SharedTurn } from '../core/shared-turn.js';
import { asTransferError, type TransferError } from '../core/transfer-error.js';
import type { AttemptRecord, NewAttempt, TransferStore } from '../store/transfer-store.js';
import type { EndedAttempt } from '../transfers/transfer-observer.js';
import type { LiveEvents } from './live-events.js';
import type { LineLog } from './run-services.js';

/** Whose attempt it was. */
export interface AttemptOwner {
  readonly run: number | undefined;
  readonly step: string;
  readonly rule: string;
  /** As `AttemptRecord.partner`. */
  readonly partner: string;
}

/** What the client log has no column for. */
export interface AttemptMeasures {
  readonly sizeBytes?: number;
  readonly tookMs?: number;
}

const MAX_MESSAGE_LENGTH = 500;
const CATCH_UP_PAGE = 500;
/** So many lines that the log did not take are held in memory; the next start writes those beyond. */
const MOST_OWED = 10_000;

interface OwedLine {
  /** Of the attempt to be marked once its line is written; the store has no mark for a line that came due later. */
  readonly id: number | undefined;
  readonly facts: ClientLogFacts;
}

/** Hears when the log takes no lines, and when it has all of them again. */
export interface LogWatcher {
  logFailed(error: TransferError): void;
  logTookAll(): void;
}

/**
 * Every attempt at a file in two places: the store first, then the client log. Killed between the two, its line is
 * appended at the next start; lines that the log did not take are owed, and go before the next one that it takes, in
 * their order; killed after the line and before its mark, the same line stands there twice, byte for byte, and is never
 * lost.
 */
export class AttemptBook {
  readonly #store: TransferStore;
  readonly #log: LineLog;
  readonly #live: LiveEvents;
  readonly #isLastOnly: boolean;
  readonly #watchers: LogWatcher[] = [];
  #owed: OwedLine[] = [];
  #failure: TransferError | undefined;
  #paying: Promise<void> | undefined;
  readonly #unmarked: number[] = [];
  readonly #marking = new SharedTurn(() => this.#writeMarks());

  /** `attempts: last` keeps attempts that another one follows out of the log, and in the store. */
  constructor(
    store: TransferStore,
    log: LineLog,
    live: LiveEvents,
    options: { readonly attempts: 'all' | 'last' },
  ) {
    this.#store = store;
    this.#log = log;
    this.#live = live;
    this.#isLastOnly = options.attempts === 'last';
  }

  /** Why lines are owed: nothing more may be moved. Undefined while the log takes them. */
  get logFailure(): TransferError | undefined {
    return this.#failure;
  }

  watchLog(watcher: LogWatcher): void {
    this.#watchers.push(watcher);
  }

  /**
   * Resolves when store and log have it. Rejects with STORE_FAILED, or with CLIENT_LOG_FAILED: its line is owed then, and
   * nothing more may move.
   */
  async record(owner: AttemptOwner, attempt: EndedAttempt, measures: AttemptMeasures = {}): Promise<void> {
    const facts = newAttempt(owner, attempt, measures);
    const id = await this.#store.add(facts);
    this.#publish(facts);
    if (!this.#isLastOnly || attempt.isLast) await this.#append({ id, facts: logFacts(facts) });
    else this.#mark(id);
  }

  /** The attempt before said that another follows, and none does: with `attempts: last` its line is due now. */
  async noneFollowed(attempt: EndedAttempt): Promise<void> {
    if (!this.#isLastOnly) return;
    const { columns, endedAtMs, localPath, remotePath, operation, lastCode } = attempt;
    const facts = { ...columns, endedMs: endedAtMs, localPath, remotePath, operation, lastCode };
    await this.#append({ id: undefined, facts: { ...facts, result: 'failed' } });
  }

  /** Tries whether the log takes lines again, and writes those that are owed. Rejects with CLIENT_LOG_FAILED. */
  async settleOwed(): Promise<void> {
    if (this.#owed.length === 0) return;
    this.#paying ??= this.#payOwed();
    await this.#paying;
  }

  /** Appends the lines that a killed process did not write, oldest first; how many. */
  async catchUp(): Promise<number> {
    let count = 0;
    for (;;) {
      const due = await this.#store.unlogged(CATCH_UP_PAGE);
      if (due.length === 0) return count;
      for (const attempt of due) {
        if (this.#isLastOnly && !attempt.isLast) continue;
        await this.#log.append(logFacts(attempt));
        count += 1;
      }
      await this.#store.logged(due.map(({ id }) => id));
    }
  }

  /** Resolves when every mark is in the store. What is still owed the next start writes, as far as the store knows it. */
  async close(): Promise<void> {
    await this.settleOwed().catch(() => undefined);
    if (!this.#marking.isIdle) await this.#marking.join();
  }

  /** After those that are owed. What the log does not take is owed from then on, and it rejects. */
  async #append(line: OwedLine): Promise<void> {
    if (this.#owed.length > 0) {
      this.#owe(line);
      return this.settleOwed();
    }
    try {
      await this.#log.append(line.facts);
    } catch (thrown) {
      this.#owe(line);
      throw this.#failed(thrown);
    }
    this.#mark(line.id);
  }

  /** By the order of the store: of several at once, one that came first may be refused last. */
  #owe(line: OwedLine): void {
    if (this.#owed.length >= MOST_OWED) return;
    const { id = Number.POSITIVE_INFINITY } = line;
    const place = this.#owed.findLastIndex((other) => (other.id ?? 0) <= id);
    this.#owed.splice(place + 1, 0, line);
  }

  /** One at a time; what comes due meanwhile is paid too. Proven first, so that a full disk gets no halves of lines. */
  async #payOwed(): Promise<void> {
    try {
      await this.#log.prove();
      for (let line = this.#owed[0]; line !== undefined; line = this.#owed[0]) {
        await this.#log.append(line.facts);
        this.#owed.splice(this.#owed.indexOf(line), 1);
        this.#mark(line.id);
      }
    } catch (thrown) {
      throw this.#failed(thrown);
    } finally {
      this.#paying = undefined;
    }
    this.#failure = undefined;
    for (const watcher of this.#watchers) watcher.logTookAll();
  }

  #failed(thrown: unknown): TransferError {
    const error = asTransferError(thrown, 'log');
    this.#failure = error;
    for (const watcher of this.#watchers) watcher.logFailed(error);
    return error;
  }

  /** Marks go together: losing one costs a repeated line, so nobody waits for them. */
  #mark(id: number | undefined): void {
    if (id === undefined) return;
    this.#unmarked.push(id);
    void this.#marking.join();
  }

  /** Never rejects. */
  async #writeMarks(): Promise<void> {
    const ids = this.#unmarked.splice(0);
    if (ids.length === 0) return;
    // A store that fails here fails the next attempt too, and there somebody hears of it.
    await this.#store.logged(ids).catch(() => undefined);
  }

  #publish(facts: NewAttempt): void {
    const { run, rule, partner, operation, succeeded, lastCode } = facts;
    this.#live.publish({
      type: 'attempt.ended',
      run: run ?? 0,
      rule,
      partner,
      operation,
      protocol: facts.protocol,
      succeeded,
      isLast: facts.isLast,
      bytes: succeeded ? (facts.sizeBytes ?? 0) : 0,
      tookMs: facts.tookMs ?? 0,
      lastCode,
      ...(facts.errorCode === undefined ? {} : { errorCode: facts.errorCode }),
      path: operation === 'upload' ? facts.localPath : facts.remotePath,
    });
  }
}

function newAttempt(owner: AttemptOwner, attempt: EndedAttempt, measures: AttemptMeasures): NewAttempt {
  const { columns, lastCode, succeeded, error } = attempt;
  const result = succeeded ? 'succeeded' : 'failed';
  return {
    ...owner,
    ...columns,
    endedMs: attempt.endedAtMs,
    localPath: attempt.localPath,
    remotePath: attempt.remotePath,
    operation: attempt.operation,
    lastCode: loggedCode({ protocol: columns.protocol, lastCode, result }),
    succeeded,
    isLast: attempt.isLast,
    attemptNumber: attempt.attemptNumber,
    ...measures,
    ...(error === undefined
      ? {}
      : { errorCode: error.code, message: printable(error.message, MAX_MESSAGE_LENGTH) }),
  };
}

function logFacts(attempt: NewAttempt | AttemptRecord): ClientLogFacts {
  const { endedMs, host, port, user, localPath, remotePath, operation, lastCode, succeeded } = attempt;
  return {
    endedMs,
    protocol: attempt.protocol,
    host,
    port,
    user,
    localPath,
    remotePath,
    operation,
    lastCode,
    result: succeeded ? 'succeeded' : 'failed',
  };
}
