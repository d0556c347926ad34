import type { ErrorCode } from '../core/error-codes.js';
import type { TransferError } from '../core/transfer-error.js';
import type { RunRecord, StepRecord } from '../store/run-store.js';
import type { RunServices } from './run-services.js';
import { nextStepState, type StepEvent } from './run-state.js';

/** What a step is, before anything came of it. */
export interface StepFacts {
  readonly path: string;
  readonly kind: string;
  readonly title: string;
}

/** What came of a step. */
export interface StepResult {
  readonly text: string;
  readonly result?: 0 | 1;
  readonly errorCode?: ErrorCode;
  readonly detail?: unknown;
}

/** An action that failed. */
export interface FailedStep {
  readonly path: string;
  readonly title: string;
  readonly error: TransferError;
}

/**
 * The steps of one run as they stand in the store. A step that settles and the next one that begins go to the store
 * together and in this order; nothing of the next one is done before both are on the disk.
 */
export class RunProgress {
  readonly failed: FailedStep[] = [];
  filesSucceeded = 0;
  filesFailed = 0;
  /** A stop action said that no rule after this one runs on the same event. */
  stopsMoreRules = false;
  readonly #services: Pick<RunServices, 'store' | 'live' | 'platform'>;
  readonly #run: { readonly id: number; readonly fence: number; readonly rule: string };
  readonly #known = new Map<string, StepRecord>();
  #unsaved: Promise<unknown>[] = [];

  /** `known`: what an earlier process left of this run. */
  constructor(
    services: Pick<RunServices, 'store' | 'live' | 'platform'>,
    run: RunRecord,
    known: readonly StepRecord[],
  ) {
    this.#services = services;
    this.#run = { id: run.id, fence: run.lease?.fence ?? 0, rule: run.rule };
    for (const step of known) this.#known.set(step.path, step);
  }

  known(path: string): StepRecord | undefined {
    return this.#known.get(path);
  }

  /** Resolves when the step stands in the store as running, and all that came before it as well. */
  async begin(step: StepFacts, again: { readonly attempt?: number; readonly detail?: unknown } = {}) {
    this.#put(
      step,
      'begin',
      { text: '', ...(again.detail === undefined ? {} : { detail: again.detail }) },
      again.attempt,
    );
    await this.flush();
  }

  /** Goes to the store with the next step, or with `flush`. */
  settle(step: StepFacts, event: Exclude<StepEvent, 'begin'>, result: StepResult): void {
    this.#put(step, event, result);
  }

  /** Resolves when everything is in the store. Rejects with STORE_FAILED or STALE_LEASE. */
  async flush(): Promise<void> {
    const saves = this.#unsaved;
    this.#unsaved = [];
    const ends = await Promise.allSettled(saves);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  #put(step: StepFacts, event: StepEvent, result: StepResult, attempt?: number): void {
    const before = this.#known.get(step.path);
    const nowMs = this.#services.platform.clock.now();
    const state = nextStepState(before?.state ?? 'absent', event);
    const { path, kind, title } = step;
    const record: StepRecord = {
      run: this.#run.id,
      path,
      kind,
      title,
      state,
      attempt: attempt ?? before?.attempt ?? 1,
      startedMs: before?.startedMs ?? nowMs,
      ...(state === 'running' ? {} : { endedMs: nowMs }),
      ...result,
    };
    this.#known.set(path, record);
    this.#save(record);
  }

  #save(record: StepRecord): void {
    const { store, live } = this.#services;
    const saved = store.runs.saveStep(record, this.#run.fence);
    // Awaited by flush; until then a rejection counts as seen.
    saved.catch(() => undefined);
    this.#unsaved.push(saved);
    const { path, kind, state } = record;
    live.publish({ type: 'step.changed', run: this.#run.id, rule: this.#run.rule, path, kind, state });
  }
}
