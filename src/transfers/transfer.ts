import type { Outcome } from '../core/outcome.js';
import type { Platform } from '../core/platform.js';
import type { RemotePath } from '../core/remote-path.js';
import type { TransferError } from '../core/transfer-error.js';
import { asTransferError } from '../core/transfer-error.js';
import { runAfterCommands } from './after-commands.js';
import { isUntried } from './connect-guard.js';
import { isLocal, type Endpoint } from './endpoint.js';
import type { DeliveredFacts } from './file-gate.js';
import type { AttemptLine, LastStepContext } from './last-step.js';
import { SHORTEST_PART_BYTES } from './resume-point.js';
import { retryDelayMs } from './retry.js';
import { attemptTransfer } from './transfer-attempt.js';
import type { AttemptContext, AttemptEnd, TransferJob } from './transfer-job.js';
import type { EndedAttempt, FileProgress, TransferObserver } from './transfer-observer.js';
import { newTransferState, type TransferState, type TransferStage } from './transfer-state.js';
import { removeSource } from './remove-source.js';
import { putOldBack } from './swap-names.js';
import { isUnderFinalName, takeBack, type WorkingFile } from './working-file.js';

export interface TransferContext extends Omit<AttemptContext, 'moved'> {
  readonly observer: TransferObserver;
}

export interface TransferResult {
  readonly outcome: Outcome;
  /** Payload bytes of the delivered copy that this run moved, each counted once; 0 when nothing was delivered. */
  readonly movedBytes: number;
  /** Where the file stands (or would have) under its final name. */
  readonly targetPath: RemotePath;
  /** Something of ours that could not be removed from the target. */
  readonly leftover: string | undefined;
}

/**
 * One file from one location to another: attempts, each with its line in the log, until it is settled. Never
 * rejects for what happens to the file; rejects when the log cannot be written.
 */
export async function runTransfer(
  job: TransferJob,
  file: FileProgress,
  context: TransferContext,
): Promise<TransferResult> {
  const run = new TransferRun(job, file, context);
  try {
    return await run.toTheEnd();
  } finally {
    await job.source.leave(false);
    await job.target.leave(false);
  }
}

class TransferRun {
  readonly #job: TransferJob;
  readonly #file: FileProgress;
  readonly #context: TransferContext;
  readonly #state: TransferState = newTransferState();
  #movedBytes = 0;
  #leftover: string | undefined;
  #lastAttempt: EndedAttempt | undefined;
  #begunMs = 0;

  constructor(job: TransferJob, file: FileProgress, context: TransferContext) {
    this.#job = job;
    this.#file = file;
    this.#context = context;
  }

  async toTheEnd(): Promise<TransferResult> {
    for (let attemptNumber = 1; ; attemptNumber += 1) {
      const outcome = await this.#attempt(attemptNumber);
      if (outcome === undefined) continue;
      return {
        outcome,
        movedBytes: outcome.kind === 'succeeded' ? this.#movedBytes : 0,
        targetPath: this.#targetPath,
        leftover: this.#leftover,
      };
    }
  }

  get #targetPath(): RemotePath {
    return this.#state.decision?.path ?? this.#job.target.path;
  }

  /** The outcome, or undefined when another attempt follows (its delay is then over). */
  async #attempt(attemptNumber: number): Promise<Outcome | undefined> {
    const moved = (bytes: number, inheritedBytes: number) => {
      this.#movedBytes = bytes;
      this.#context.observer.fileMoved?.(this.#file, bytes, inheritedBytes);
    };
    let end: AttemptEnd;
    this.#begunMs = this.#context.platform.clock.monotonicMs();
    try {
      end = await attemptTransfer(this.#job, this.#state, { ...this.#context, moved });
    } catch (thrown) {
      return this.#failed(asTransferError(thrown, 'write'), attemptNumber);
    }
    switch (end.kind) {
      case 'named':
        return this.#named(attemptNumber);
      case 'skipped':
        return this.#skipped(end.reason);
      case 'delivered':
        return this.#deliveredBefore(end.reason);
      case 'arrived':
        return this.#arrivedBefore(end, attemptNumber);
    }
  }

  async #named(attemptNumber: number): Promise<Outcome> {
    const { code, proof, proofFacts, notes, bytes } = this.#state;
    const line = { lastCode: code, succeeded: true, isLast: true, attemptNumber };
    await this.#settleDelivered({ bytes, proof, proofFacts, finalTarget: this.#targetPath }, line);
    const after = await runAfterCommands(this.#job, this.#state, attemptNumber, this.#lastStep);
    const isMove = this.#context.options.removeSource;
    // The source goes although a command failed: its copy is proven, and a source that stays is sent once more.
    const stayed = isMove ? await this.#removeSource(after.attemptNumber) : undefined;
    const failure = after.failure ?? stayed;
    if (failure !== undefined) return { kind: 'failed', error: failure, delivered: true };
    return { kind: 'succeeded', receipt: { lastCode: code, bytes }, proof, proofFacts, notes };
  }

  /** The ledger knows it as delivered: only its source may still have to go. */
  async #deliveredBefore(reason: string): Promise<Outcome> {
    await this.#discard(false);
    const failure = this.#context.options.removeSource ? await this.#removeSource(0) : undefined;
    if (failure !== undefined) return { kind: 'failed', error: failure, delivered: true };
    return { kind: 'skipped', reason };
  }

  /** A killed run had delivered it, and may have had no time for its line. */
  async #arrivedBefore(
    { facts, note, isLogged }: Extract<AttemptEnd, { kind: 'arrived' }>,
    attemptNumber: number,
  ): Promise<Outcome> {
    await this.#discard(false);
    const { options, signal } = this.#context;
    const { source, target } = this.#job;
    const { settledCode } = (await (source.isLocal ? target : source).session(signal)).capabilities;
    const line = { lastCode: settledCode, succeeded: true, isLast: true, attemptNumber };
    await this.#settleDelivered(facts, isLogged ? undefined : line);
    const failure = options.removeSource ? await this.#removeSource(attemptNumber) : undefined;
    if (failure !== undefined) return { kind: 'failed', error: failure, delivered: true };
    const { bytes, proof, proofFacts } = facts;
    return {
      kind: 'succeeded',
      receipt: { lastCode: settledCode, bytes },
      proof,
      proofFacts,
      notes: [...this.#state.notes, note],
    };
  }

  /** Begun in this order: no delivery is on the disk whose attempt is not, or a killed one never gets its line. */
  async #settleDelivered(facts: DeliveredFacts, line: AttemptLine | undefined): Promise<void> {
    await Promise.all([line && this.#log(line), this.#context.gate?.delivered(facts)]);
  }

  async #skipped(reason: string): Promise<Outcome> {
    await this.#discard(false);
    await this.#context.gate?.notDelivered();
    const { removeSource: isMove, removeSkippedSource } = this.#context.options;
    if (isMove && removeSkippedSource) {
      const failure = await this.#removeSource(0);
      if (failure !== undefined) return { kind: 'failed', error: failure, delivered: true };
    }
    return { kind: 'skipped', reason };
  }

  async #removeSource(attemptNumber: number): Promise<TransferError | undefined> {
    const { source } = this.#job;
    const failure = await removeSource(source, this.#state.sourceFacts, attemptNumber, this.#lastStep);
    if (failure === undefined) await this.#context.gate?.disposed();
    return failure;
  }

  get #lastStep(): LastStepContext {
    return { ...this.#context, log: (line) => this.#log(line) };
  }

  async #failed(error: TransferError, attemptNumber: number): Promise<Outcome | undefined> {
    if (isUntried(error)) return this.#untried(error);
    const { platform, options, signal } = this.#context;
    const isCancelled = signal.aborted && error.code === 'CANCELLED';
    const delayMs = isCancelled ? undefined : retryDelayMs(error, attemptNumber, options, platform);
    const isLast = delayMs === undefined;
    const isOpen = this.#mayBeDelivered;
    const keptBytes = isLast && !isCancelled ? await this.#leavePart(error) : undefined;
    if (isLast) await this.#discard(isCancelled || error.sessionLost);
    if (isLast && !isOpen) await this.#context.gate?.notDelivered();
    await this.#log({ lastCode: error.lastCode, succeeded: false, isLast, attemptNumber, error });
    if (delayMs !== undefined) return this.#waitForRetry(error, delayMs);
    if (isCancelled) return { kind: 'cancelled', rolledBack: this.#leftover === undefined };
    return { kind: 'failed', error, delivered: false, keptBytes };
  }

  /** Nobody was asked, so there is no line; an attempt before it said that another follows, and none does. */
  async #untried(error: TransferError): Promise<Outcome> {
    const isOpen = this.#mayBeDelivered;
    const keptBytes = await this.#leavePart(error);
    await this.#discard(true);
    if (!isOpen) await this.#context.gate?.notDelivered();
    if (this.#lastAttempt !== undefined) await this.#context.observer.noneFollowed?.(this.#lastAttempt);
    return { kind: 'failed', error, delivered: false, keptBytes };
  }

  /** Nobody knows whether the whole file stands under its final name: the next run looks before it sends. */
  get #mayBeDelivered(): boolean {
    const { stage, working } = this.#state;
    if (stage === 'renaming') return true;
    return stage !== 'begin' && working !== undefined && isUnderFinalName(working);
  }

  async #waitForRetry(error: TransferError, delayMs: number): Promise<Outcome | undefined> {
    const { platform, signal, observer } = this.#context;
    observer.fileRetried?.(this.#file, error, delayMs);
    // A session held while waiting is one that another file could use.
    await this.#job.source.leave(false);
    await this.#job.target.leave(false);
    try {
      await platform.clock.sleep(delayMs, signal);
      return undefined;
    } catch {
      const isOpen = this.#mayBeDelivered;
      await this.#discard(true);
      if (!isOpen) await this.#context.gate?.notDelivered();
      if (this.#lastAttempt !== undefined) await observer.noneFollowed?.(this.#lastAttempt);
      return { kind: 'cancelled', rolledBack: this.#leftover === undefined };
    }
  }

  /** Leaves what has arrived to a later run, where that may help; gives how much that is at most. */
  async #leavePart({ code, retry }: TransferError): Promise<number | undefined> {
    const { working, part, bytes, inheritedBytes } = this.#state;
    const leave = working?.leave;
    const isSound = part !== undefined && retry !== 'permanent' && code !== 'SOURCE_CHANGED';
    const isWorthIt = bytes >= SHORTEST_PART_BYTES || inheritedBytes > 0;
    if (leave === undefined || !isSound || !isWorthIt) return undefined;
    try {
      await leave();
    } catch {
      // A part that nobody could find again is none to keep.
      return undefined;
    }
    this.#state.working = undefined;
    return Number.isFinite(inheritedBytes) ? Math.max(bytes, inheritedBytes) : bytes;
  }

  /**
   * Takes back what is ours on the target; what cannot be taken back stays in the journal and is named. After a
   * connection that broke off, a server may still make the file when we have already found nothing: the entry
   * stays in the journal then, so that the next run looks once more.
   */
  async #discard(isBrokenOff: boolean): Promise<void> {
    await this.#putOldBack();
    const { working } = this.#state;
    if (working === undefined) return;
    this.#state.working = undefined;
    if (working.kind === 'direct' && CONFIRMED.has(this.#state.stage)) {
      this.#leftover = `${working.path}, which the server has confirmed and nobody has proven`;
      return working.settle();
    }
    const signal = this.#context.finishSignal;
    try {
      const taken = await this.#job.target.use(
        signal,
        (session) => takeBack(session, working, signal),
        'remove',
      );
      if (taken === 'left') this.#leftover = leftoverText(working);
      else if (taken === 'gone' || !isBrokenOff) await working.settle();
    } catch {
      this.#leftover = leftoverText(working);
      // What our own disk says to that must not cost the line of the attempt.
      await working.leave?.().catch(() => undefined);
    }
  }

  async #putOldBack(): Promise<void> {
    await putOldBack(this.#job.target, this.#state, this.#context);
    const [old] = this.#state.setAside;
    if (old !== undefined) this.#leftover = old.path;
  }

  async #log(line: AttemptLine): Promise<void> {
    const { platform, observer } = this.#context;
    const attempt: EndedAttempt = {
      ...line,
      ...linePaths(this.#job.source.pool.endpoint, this.#job.source.path, this.#targetPath, platform),
      columns: remoteEndpoint(this.#job.source.pool.endpoint, this.#job.target.pool.endpoint).columns,
      operation: this.#job.operation,
      endedAtMs: platform.clock.now(),
      sizeBytes: this.#state.stage === 'named' ? this.#state.bytes : this.#state.sourceFacts?.sizeBytes,
      tookMs: Math.round(platform.clock.monotonicMs() - this.#begunMs),
    };
    this.#lastAttempt = attempt;
    await observer.attemptEnded(attempt);
  }
}

/** The end whose columns stand in the log: the one that is not on this machine. */
export function remoteEndpoint(source: Endpoint, target: Endpoint): Endpoint {
  return isLocal(source) ? target : source;
}

/** Local Path and Remote Path of a line; where both are local, source and destination (client-log.md, section 2). */
export function linePaths(
  source: Endpoint,
  sourcePath: string,
  targetPath: string,
  platform: Platform,
): { localPath: string; remotePath: string } {
  return isLocal(source)
    ? { localPath: ownForm(sourcePath, platform), remotePath: targetPath }
    : { localPath: ownForm(targetPath, platform), remotePath: sourcePath };
}

function ownForm(path: string, platform: Platform): string {
  return platform.host.os === 'win32' ? path.replaceAll('/', '\\') : path;
}

/** The whole file stands under its final name by the server's word; what was found to be wrong is back at `begin`. */
const CONFIRMED: ReadonlySet<TransferStage> = new Set<TransferStage>(['copied', 'verified']);

/** Under the path of a write that the server keeps apart, an older file may stand that nobody should remove. */
function leftoverText({ kind, path }: WorkingFile): string {
  return kind === 'whole' ? `parts of an unfinished upload of ${path}, not the file itself` : path;
}
