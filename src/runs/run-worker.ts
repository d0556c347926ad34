import { asTransferError, type TransferError } from '../core/transfer-error.js';
import type { RunRecord } from '../store/run-store.js';
import type { EventOrder } from './event-order.js';
import { FrozenRules } from './frozen-rules.js';
import { RunControl } from './run-control.js';
import { RunEnding, type RunEnd } from './run-ending.js';
import { RunExecutor } from './run-executor.js';
import type { RunLeases } from './run-leases.js';
import type { RunSeats } from './run-seats.js';
import type { RunServices } from './run-services.js';
import type { EndedRun, RunTools } from './run-tools.js';
import { SubRuns } from './sub-runs.js';

/** What became of a run that was to be worked on. */
export type Worked =
  | { readonly kind: 'worked'; readonly run: RunRecord; readonly end: RunEnd }
  /** It has ended, or another process has it. */
  | { readonly kind: 'gone' }
  /** A rule before its own on the same event has not ended; `EventOrder` knows of it. */
  | { readonly kind: 'waitsForTurn' }
  /** The store did not let it be claimed: it keeps its place. */
  | { readonly kind: 'unclaimed'; readonly error: TransferError };

interface WorkerParts {
  readonly leases: RunLeases;
  readonly seats: RunSeats;
  readonly order: EventOrder;
  readonly makeFollowers: (ended: EndedRun) => Promise<void> | undefined;
}

/** Claims runs and brings them to their end, called rules with them. */
export class RunWorker {
  readonly #parts: WorkerParts;
  readonly #ending: RunEnding;
  readonly #executor: RunExecutor;
  readonly #subRuns: SubRuns;
  /** How to stop the runs under way, sub-runs included. */
  readonly #controls = new Map<number, RunControl>();

  constructor(services: RunServices, tools: RunTools, parts: WorkerParts) {
    this.#parts = parts;
    this.#ending = new RunEnding(services, parts.makeFollowers);
    const rules = new FrozenRules(services.store.runs, services.book);
    this.#executor = new RunExecutor(services, tools, { rules, ending: this.#ending });
    this.#subRuns = new SubRuns(services, parts.leases);
  }

  get count(): number {
    return this.#controls.size;
  }

  isWorkingOn(id: number): boolean {
    return this.#controls.has(id);
  }

  ids(): readonly number[] {
    return [...this.#controls.keys()];
  }

  controlOf(id: number): RunControl | undefined {
    return this.#controls.get(id);
  }

  controls(): Iterable<RunControl> {
    return this.#controls.values();
  }

  /** A waiting run. Never rejects. */
  async work(rule: string, id: number): Promise<Worked> {
    return this.#held(id, async (control) => {
      const turn = await this.#parts.order.turnOf(rule, id);
      if (turn.kind === 'wait') return { kind: 'waitsForTurn' };
      const run = await this.#parts.leases.claim(id);
      if (run === undefined) return { kind: 'gone' };
      if (turn.kind === 'go') return { kind: 'worked', run, end: await this.#toEnd(run, control) };
      return { kind: 'worked', run, end: await this.#leaveOut(run, turn.reason) };
    });
  }

  /** A running one that nobody holds. Never rejects. */
  async takeUp(abandoned: RunRecord): Promise<Worked> {
    return this.#held(abandoned.id, async (control) => {
      const run = await this.#parts.leases.takeOver(abandoned);
      return run === undefined
        ? { kind: 'gone' }
        : { kind: 'worked', run, end: await this.#toEnd(run, control) };
    });
  }

  /** A waiting run that will never begin. False: it began, or ended. Rejects with STORE_FAILED. */
  async cancelWaiting(id: number): Promise<boolean> {
    const run = await this.#parts.leases.claim(id);
    if (run === undefined) return false;
    try {
      await this.#ending.end(run, { event: 'cancel', reason: 'a person cancelled it before it began' });
      return true;
    } finally {
      this.#parts.leases.drop(id);
    }
  }

  /** See `RunEnding.leaveUnsent`. */
  leaveUnsent(run: RunRecord): Promise<boolean> {
    return this.#ending.leaveUnsent(run);
  }

  async #held(id: number, work: (control: RunControl) => Promise<Worked>): Promise<Worked> {
    const control = new RunControl();
    this.#controls.set(id, control);
    try {
      return await work(control);
    } catch (thrown) {
      return { kind: 'unclaimed', error: asTransferError(thrown, 'store') };
    } finally {
      this.#controls.delete(id);
      this.#parts.leases.drop(id);
    }
  }

  async #leaveOut(run: RunRecord, reason: string): Promise<RunEnd> {
    try {
      return await this.#ending.end(run, { event: 'skip', reason });
    } catch (thrown) {
      return { kind: 'lost', error: asTransferError(thrown, 'store') };
    }
  }

  #toEnd(run: RunRecord, control: RunControl): Promise<RunEnd> {
    if (run.cancelAsked) control.break('cancel', `run ${run.id} was cancelled`);
    return this.#executor.execute(run, {
      control,
      seats: this.#parts.seats,
      callRule: (caller, order) =>
        this.#subRuns.call(caller, order, (subRun) => this.#subRunToEnd(subRun, control)),
    });
  }

  /** On its caller's seat; whatever ends the caller ends it too. */
  async #subRunToEnd(run: RunRecord, caller: RunControl): Promise<RunEnd> {
    const control = new RunControl();
    const stopFollowing = control.follow(caller);
    this.#controls.set(run.id, control);
    try {
      return await this.#toEnd(run, control);
    } finally {
      stopFollowing();
      this.#controls.delete(run.id);
      this.#parts.leases.drop(run.id);
    }
  }
}
