import { setMaxListeners } from 'node:events';
import { remoteParent } from '../core/remote-path.js';
import type { Outcome } from '../core/outcome.js';
import type { Platform } from '../core/platform.js';
import { asTransferError, cancelledError, type Phase, type TransferError } from '../core/transfer-error.js';
import type { ProtocolClient } from '../protocols/protocol-client.js';
import { Bandwidth } from './bandwidth.js';
import { planBatch, type BatchPlan } from './batch-plan.js';
import type { BatchFailure, BatchRequest, BatchResult, FilePair, PlannedFile } from './batch-request.js';
import { isUntried } from './connect-guard.js';
import { ConnectionBudgets } from './connection-budgets.js';
import { isLocal, type Endpoint } from './endpoint.js';
import { EntrySpool } from './entry-spool.js';
import type { FileGate } from './file-gate.js';
import type { LeftoverRounds } from './leftover-rounds.js';
import { clearLeftovers, clearStaleParts } from './leftovers.js';
import type { PartialJournal } from './partial-journal.js';
import { planFile } from './plan-file.js';
import { tallyProofs, type ProofCount } from './proof-tally.js';
import { retryDelayMs } from './retry.js';
import { ServerMemory } from './server-memory.js';
import { SessionPool } from './session-pool.js';
import type { SessionPools } from './session-pools.js';
import { TargetFolders } from './target-folders.js';
import {
  linePaths,
  remoteEndpoint,
  runTransfer,
  type TransferContext,
  type TransferResult,
} from './transfer.js';
import type { TransferJob } from './transfer-job.js';
import { transferSides } from './transfer-side.js';
import type { EndedAttempt, FileProgress, TransferObserver } from './transfer-observer.js';

export interface BatchContext {
  readonly platform: Platform;
  readonly observer: TransferObserver;
  /** Abort = begin no further file; finish or roll back those under way. */
  readonly signal: AbortSignal;
  readonly journal: PartialJournal;
  /** What is known of servers; the batch begins without knowledge when absent. */
  readonly memory?: ServerMemory;
  /** How many sessions each partner bears; those of this batch alone when absent. */
  readonly budgets?: ConnectionBudgets;
  /** Sessions to use and to leave open for the next batch; the batch makes and closes its own when absent. */
  readonly pools?: SessionPools;
  /** Decides for each file whether it goes at all; every file goes when absent. */
  readonly gate?: (pair: FilePair) => FileGate;
  /** When leftovers are cleared; at each batch when absent. */
  readonly rounds?: LeftoverRounds;
  /** Asked before each file: why no further one may begin. */
  readonly obstacle?: () => TransferError | undefined;
  /** Called for each file of a dry run, in order. */
  readonly planned?: (file: PlannedFile, error: TransferError | undefined) => void;
}

const MAX_LISTED_FAILURES = 1_000;

/** A failure in one of these is the connection's, not the file's: the other files would meet it too. */
const CONNECTION_PHASES: ReadonlySet<Phase> = new Set<Phase>(['resolve', 'connect', 'proxy', 'tls', 'login']);

/** Runs one batch to its end. Never rejects for anything that happens to a file or a connection: read the result. */
export async function runBatch(request: BatchRequest, context: BatchContext): Promise<BatchResult> {
  const run = new BatchRun(request, context);
  return run.toTheEnd();
}

class BatchRun {
  readonly #request: BatchRequest;
  readonly #context: BatchContext;
  readonly #sourcePool: SessionPool;
  readonly #targetPool: SessionPool;
  readonly #folders: TargetFolders | undefined;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #memory: ServerMemory;
  readonly #finish = new AbortController();
  readonly #startedMs: number;
  readonly #counts = { succeeded: 0, skipped: 0, failed: 0, cancelled: 0, planned: 0, movedBytes: 0 };
  readonly #failures: BatchFailure[] = [];
  readonly #leftovers: string[] = [];
  readonly #bandwidth: Bandwidth | undefined;
  #proofs: readonly ProofCount[] = [];
  #found: number;
  #begun = 0;
  #stoppedBy: TransferError | undefined;

  constructor(request: BatchRequest, context: BatchContext) {
    const { platform } = context;
    this.#request = request;
    this.#context = context;
    this.#found = request.pairs?.length ?? 0;
    this.#memory = context.memory ?? ServerMemory.inMemory(platform);
    const budgets = context.budgets ?? new ConnectionBudgets(platform, this.#memory);
    const poolOf = (endpoint: Endpoint) =>
      context.pools?.of(endpoint) ?? new SessionPool(endpoint, platform, budgets.of(endpoint));
    this.#sourcePool = poolOf(request.source.endpoint);
    this.#targetPool = poolOf(request.destination.endpoint);
    this.#folders = request.recursive ? new TargetFolders() : undefined;
    this.#signal = AbortSignal.any([context.signal, this.#stop.signal]);
    // Each file that is under way listens: their number is no leak, and Node would print a warning of it.
    setMaxListeners(0, this.#signal);
    this.#startedMs = platform.clock.monotonicMs();
    const rate = request.transfer.bandwidthBytesPerSecond;
    this.#bandwidth = rate === undefined ? undefined : new Bandwidth(platform.clock, rate);
  }

  async toTheEnd(): Promise<BatchResult> {
    let planned: SpooledPlan | undefined;
    try {
      planned = await this.#plan();
      if (planned !== undefined) await this.#carryOut(planned.plan);
    } catch (thrown) {
      this.#stoppedBy ??= asTransferError(thrown, 'plan');
    } finally {
      await planned?.spool.close();
      await this.#closePools();
    }
    return this.#result();
  }

  async #closePools(): Promise<void> {
    if (this.#context.pools !== undefined) return;
    await this.#sourcePool.close();
    await this.#targetPool.close();
  }

  /** The plan, or undefined when it could not be made; every attempt that failed has its line then. */
  async #plan(): Promise<SpooledPlan | undefined> {
    for (let attemptNumber = 1; ; attemptNumber += 1) {
      const spool = new EntrySpool(this.#context.platform, this.#context.journal.scratchPath());
      const refusals = new Refusals();
      try {
        const plan = await planBatch(this.#request, {
          sourcePool: this.#sourcePool,
          targetPool: this.#targetPool,
          signal: this.#signal,
          spool,
          found: (files, bytes) => this.#context.observer.sourceListed?.(files, bytes, false),
          warned: (text) => this.#context.observer.warned?.(text),
          refused: (error) => this.#refused(error, refusals),
        });
        this.#found = plan.count;
        this.#takeRefusals(refusals);
        return { plan, spool };
      } catch (thrown) {
        await spool.close();
        const error = asTransferError(thrown, 'plan');
        if (!(await this.#mayPlanAgain(error, attemptNumber))) return undefined;
      }
    }
  }

  async #mayPlanAgain(error: TransferError, attemptNumber: number): Promise<boolean> {
    const { platform } = this.#context;
    if (isUntried(error)) {
      this.#stoppedBy = error;
      return false;
    }
    const isFine = error.code === 'NOT_FOUND' && this.#request.missingSourceOk;
    const canRetry = !isFine && !this.#signal.aborted;
    const delayMs = canRetry
      ? retryDelayMs(error, attemptNumber, this.#request.transfer, platform)
      : undefined;
    const line = { attemptNumber, isLast: delayMs === undefined, succeeded: isFine };
    const logged = this.#request.dryRun ? undefined : await this.#logBeforeTransfer(error, line);
    if (isFine) return false;
    if (delayMs === undefined) {
      this.#stoppedBy = error;
      return false;
    }
    try {
      await platform.clock.sleep(delayMs, this.#signal);
      return true;
    } catch {
      this.#stoppedBy = cancelledError(this.#signal, 'plan');
      if (logged !== undefined) await this.#context.observer.noneFollowed?.(logged);
      return false;
    }
  }

  /** client-log.md, section 2: an attempt that fails before any file is known has the paths as given. */
  async #logBeforeTransfer(
    error: TransferError,
    line: Partial<Pick<EndedAttempt, 'succeeded' | 'isLast' | 'attemptNumber'>> = {},
    paths?: Pick<FilePair, 'source' | 'target'>,
  ): Promise<EndedAttempt> {
    const { source, destination, operation } = this.#request;
    const { platform, observer } = this.#context;
    const { source: from, target: to } = paths ?? { source: source.path, target: destination.path };
    const attempt: EndedAttempt = {
      columns: remoteEndpoint(source.endpoint, destination.endpoint).columns,
      ...linePaths(source.endpoint, from, to, platform),
      endedAtMs: platform.clock.now(),
      operation,
      lastCode: error.lastCode,
      succeeded: false,
      isLast: true,
      attemptNumber: 1,
      ...(line.succeeded === true ? {} : { error }),
      ...line,
    };
    await observer.attemptEnded(attempt);
    return attempt;
  }

  async #carryOut(plan: BatchPlan): Promise<void> {
    const { observer, journal, rounds } = this.#context;
    observer.sourceListed?.(plan.count, plan.bytes, true);
    if (plan.count === 0) return;
    const leftovers = { journal, signal: this.#signal, warned: (text: string) => observer.warned?.(text) };
    const isRound = !this.#request.dryRun && (rounds?.take(this.#targetPool.endpoint) ?? true);
    if (isRound) await clearLeftovers(this.#targetPool, leftovers);
    const files = plan.files[Symbol.asyncIterator]();
    const workers = Array.from({ length: this.#workerCount() }, () => this.#work(plan, files));
    await Promise.all(workers);
    if (!isRound || this.#signal.aborted || this.#stoppedBy !== undefined) return;
    await clearStaleParts(this.#sourcePool, this.#targetPool, leftovers);
  }

  #workerCount(): number {
    if (this.#request.dryRun) return 1;
    const remote = remoteEndpoint(this.#request.source.endpoint, this.#request.destination.endpoint);
    return Math.max(1, Math.min(this.#request.transfer.parallel, remote.maxConnections));
  }

  async #work(plan: BatchPlan, files: AsyncIterator<FilePair>): Promise<void> {
    try {
      while (!this.#signal.aborted && this.#stoppedBy === undefined) {
        this.#stoppedBy = this.#context.obstacle?.();
        if (this.#stoppedBy !== undefined) return;
        const next = await files.next();
        if (next.done === true) return;
        this.#begun += 1;
        await this.#oneFile(plan, next.value);
      }
    } catch (thrown) {
      // The log cannot be written, or worse: nothing more is moved without its line.
      this.#stoppedBy ??= asTransferError(thrown, 'log');
      this.#stop.abort();
    }
  }

  async #oneFile(plan: BatchPlan, pair: FilePair): Promise<void> {
    const job = this.#job(plan, pair);
    const file: FileProgress = {
      id: this.#begun,
      source: job.source.path,
      target: job.target.path,
      sizeBytes: pair.sizeBytes,
    };
    const context = this.#transferContext(pair);
    if (this.#request.dryRun) {
      this.#counts.planned += 1;
      const { error, ...planned } = await planFile(job, pair, context);
      this.#context.planned?.(planned, error);
      return;
    }
    this.#context.observer.fileStarted?.(file);
    const { outcome, movedBytes, targetPath, leftover } = await this.#settle(job, pair, file, context);
    this.#counts.movedBytes += movedBytes;
    if (leftover !== undefined) this.#leftovers.push(leftover);
    // Another than was asked for where it is numerated.
    this.#context.observer.fileSettled?.({ ...file, target: targetPath }, outcome);
    this.#count(outcome, file);
  }

  async #settle(
    job: TransferJob,
    pair: FilePair,
    file: FileProgress,
    context: TransferContext,
  ): Promise<TransferResult> {
    const { refusal } = pair;
    if (refusal === undefined) return runTransfer(job, file, context);
    await this.#logBeforeTransfer(refusal, {}, pair);
    return {
      outcome: { kind: 'failed', error: refusal, delivered: false },
      movedBytes: 0,
      targetPath: pair.target,
      leftover: undefined,
    };
  }

  #job({ root }: BatchPlan, { source, target }: FilePair): TransferJob {
    const job: TransferJob = {
      ...transferSides({ pool: this.#sourcePool, path: source }, { pool: this.#targetPool, path: target }),
      operation: this.#request.operation,
    };
    const folders = this.#folders;
    const isBelow = root !== undefined && target.startsWith(root);
    if (folders === undefined || !isBelow) return job;
    const makeFolders = (session: ProtocolClient, signal: AbortSignal) =>
      folders.make(session, root, remoteParent(target), signal);
    return { ...job, makeFolders };
  }

  #transferContext(pair: FilePair): TransferContext {
    const { overwrite } = pair;
    const { platform, journal, observer } = this.#context;
    const { transfer } = this.#request;
    return {
      platform,
      journal,
      memory: this.#memory,
      observer,
      options: overwrite === undefined ? transfer : { ...transfer, overwrite },
      signal: this.#signal,
      finishSignal: this.#finish.signal,
      bandwidth: this.#bandwidth,
      gate: this.#context.gate?.(pair),
    };
  }

  #count(outcome: Outcome, file: FileProgress): void {
    this.#counts[outcome.kind] += 1;
    if (outcome.kind === 'succeeded')
      this.#proofs = tallyProofs([
        ...this.#proofs,
        { proof: outcome.proof, facts: outcome.proofFacts, files: 1 },
      ]);
    if (outcome.kind !== 'failed') return;
    this.#addFailure({
      source: file.source,
      target: file.target,
      error: outcome.error,
      delivered: outcome.delivered,
      keptBytes: outcome.keptBytes,
    });
    if (CONNECTION_PHASES.has(outcome.error.phase) && !outcome.delivered) {
      this.#stoppedBy ??= outcome.error;
    }
  }

  async #refused(error: TransferError, refusals: Refusals): Promise<void> {
    const isOurs = isLocal(this.#request.source.endpoint);
    const told = isOurs ? error.with({ side: 'us', advice: 'Rename the file; nothing was sent.' }) : error;
    refusals.add(told);
    if (!this.#request.dryRun) await this.#logBeforeTransfer(told);
  }

  #takeRefusals(refusals: Refusals): void {
    this.#counts.failed += refusals.count;
    for (const error of refusals.errors) {
      this.#addFailure({ source: this.#request.source.text, target: '', error, delivered: false });
    }
  }

  #addFailure(failure: BatchFailure): void {
    if (this.#failures.length < MAX_LISTED_FAILURES) this.#failures.push(failure);
  }

  #result(): BatchResult {
    const { platform } = this.#context;
    return {
      ...this.#counts,
      notAttempted: Math.max(0, this.#found - this.#begun),
      elapsedMs: platform.clock.monotonicMs() - this.#startedMs,
      proofs: this.#proofs,
      failures: this.#failures,
      leftovers: this.#leftovers,
      ...(this.#stoppedBy === undefined ? {} : { stoppedBy: this.#stoppedBy }),
    };
  }
}

interface SpooledPlan {
  readonly plan: BatchPlan;
  /** To be closed when the plan is carried out. */
  readonly spool: EntrySpool;
}

/** Names that a listing offered and that are not safe to use. */
class Refusals {
  readonly errors: TransferError[] = [];
  count = 0;

  add(error: TransferError): void {
    this.count += 1;
    if (this.errors.length < MAX_LISTED_FAILURES) this.errors.push(error);
  }
}
