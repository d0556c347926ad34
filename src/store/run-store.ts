import type { ErrorCode } from '../core/error-codes.js';

/**
 * `waiting` -> `running` -> `succeeded` | `failed` | `cancelled`. `skipped`: nothing was done, and `reason` says why
 * (condition false, overlap, disabled). A run that was `running` when the process died is `running` with an ended
 * lease, and is taken up again.
 */
export type RunState = 'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';

export interface NewRun {
  readonly rule: string;
  readonly revision: string;
  /** The frozen rule as JSON; kept once for each revision. */
  readonly ruleJson: string;
  /** See TriggerEvent; plain data. */
  readonly event: unknown;
  readonly eventKey: string;
  readonly trigger: string;
  /** `waiting`, or `skipped` with a reason: then nothing will run. */
  readonly state: 'waiting' | 'skipped';
  readonly reason?: string;
  readonly isShadow: boolean;
  readonly createdMs: number;
  /** Not before this time. */
  readonly notBeforeMs?: number;
  /** The run that called it, or that it runs after. */
  readonly parentRun?: number;
  /** The run that it re-runs, from this step on. */
  readonly retryOf?: { readonly run: number; readonly fromStep: string };
  /** Who asked: a token's name, `cli`. */
  readonly askedBy?: string;
}

export interface RunRecord extends Omit<NewRun, 'ruleJson' | 'state'> {
  readonly id: number;
  readonly state: RunState;
  readonly startedMs?: number;
  readonly endedMs?: number;
  readonly lease?: { readonly owner: string; readonly untilMs: number; readonly fence: number };
  readonly cancelAsked: boolean;
  readonly filesSucceeded: number;
  readonly filesFailed: number;
  readonly errorCode?: ErrorCode;
}

/** Where one step of a run stands: a state machine of its own, each change on the disk before the next begins. */
export interface StepRecord {
  readonly run: number;
  /** `0`, `2.ifFailed.0`, `3.each.17.0`, `1.then.0`: the way to it from the top of the rule. */
  readonly path: string;
  /** Kind of the action, `branch`, `loop`, `when`. */
  readonly kind: string;
  readonly title: string;
  readonly state: 'running' | 'succeeded' | 'failed' | 'skipped' | 'notTaken' | 'cancelled';
  /** From 1. */
  readonly attempt: number;
  readonly startedMs: number;
  readonly endedMs?: number;
  /** One sentence for the story: what came of it, or why it was not taken. */
  readonly text: string;
  /** EFT's ACTION_RESULT: 0 or 1; absent for what is no action. */
  readonly result?: 0 | 1;
  readonly errorCode?: ErrorCode;
  /** Evaluated conditions, data sets, output of a program: plain data that its reader knows by `kind`. */
  readonly detail?: unknown;
}

export interface RunFilter {
  readonly rule?: string;
  readonly states?: readonly RunState[];
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Runs with smaller ids: the next page. */
  readonly beforeId?: number;
  readonly limit: number;
}

export interface RunStore {
  /**
   * One transaction for all: event key and run together. For a key that is known already nothing is made; the
   * answer has `undefined` in its place.
   */
  create(runs: readonly NewRun[]): Promise<readonly (number | undefined)[]>;
  get(id: number): Promise<RunRecord | undefined>;
  /** Newest first. */
  list(filter: RunFilter): Promise<readonly RunRecord[]>;
  counts(): Promise<readonly { readonly rule: string; readonly state: RunState; readonly count: number }[]>;
  /** The frozen rule of a revision, as JSON. */
  ruleOf(rule: string, revision: string): Promise<string | undefined>;

  /** The oldest waiting runs whose time has come, leaving out some rules (parked, busy), or of some rules only. */
  waiting(options: {
    readonly nowMs: number;
    readonly limit: number;
    readonly withoutRules: readonly string[];
    readonly onlyRules?: readonly string[];
  }): Promise<readonly RunRecord[]>;
  /** When the next waiting run of a rule may begin: the smallest `notBeforeMs` of those waiting, 0 where one has none. */
  nextDueMs(rule: string): Promise<number | undefined>;
  /** The run that an event made for a rule. */
  ofEvent(rule: string, eventKey: string): Promise<RunRecord | undefined>;
  /** waiting -> running, or takes over a running one whose lease ended; the fence grows. Undefined: another has it. */
  claim(id: number, owner: string, nowMs: number, untilMs: number): Promise<RunRecord | undefined>;
  /** Prolongs the leases of an owner. */
  heartbeat(owner: string, ids: readonly number[], untilMs: number): Promise<void>;
  /** Running runs whose lease ended before now. */
  abandoned(nowMs: number): Promise<readonly RunRecord[]>;
  /** Gives a running run back as waiting (a graceful stop, a parked partner), not before `notBeforeMs`. */
  giveBack(id: number, fence: number, reason: string, notBeforeMs: number): Promise<void>;
  /** Refused (STALE_LEASE) when the fence is not the run's own any more. */
  end(
    id: number,
    fence: number,
    end: {
      readonly state: 'succeeded' | 'failed' | 'cancelled' | 'skipped';
      readonly endedMs: number;
      readonly reason: string;
      readonly filesSucceeded: number;
      readonly filesFailed: number;
      readonly errorCode?: ErrorCode;
    },
  ): Promise<void>;
  askCancel(id: number): Promise<boolean>;

  /** Inserts the step or replaces the one of the same run and path. Refused (STALE_LEASE) as `end` is. */
  saveStep(step: StepRecord, fence: number): Promise<void>;
  /** In the order in which they began. */
  steps(run: number): Promise<readonly StepRecord[]>;

  /** A fired trigger that did nothing, counted by rule, day and reason instead of kept. */
  countNothing(rule: string, day: string, reason: string, count: number): Promise<void>;
  nothingCounts(rule?: string): Promise<
    readonly {
      readonly rule: string;
      readonly day: string;
      readonly reason: string;
      readonly count: number;
    }[]
  >;

  /** Paused by a person: no run of the rule begins until then (`undefined` = for good). */
  pause(
    rule: string,
    pause: { readonly untilMs?: number; readonly reason: string; readonly by: string } | undefined,
  ): Promise<void>;
  pauses(): Promise<
    readonly {
      readonly rule: string;
      readonly untilMs?: number;
      readonly reason: string;
      readonly by: string;
    }[]
  >;

  /** A file of a rule that failed permanently once more; the number of times so far. */
  countFileFailure(rule: string, fileKey: string, reason: string, nowMs: number): Promise<number>;
  clearFileFailures(rule: string, fileKey: string): Promise<void>;
  quarantine(entry: QuarantinedFile): Promise<void>;
  quarantined(rule?: string): Promise<readonly QuarantinedFile[]>;
  /** False: there was none. Its event key becomes unknown again, so that the file is taken up at the next scan. */
  release(rule: string, fileKey: string): Promise<boolean>;
}

export interface QuarantinedFile {
  readonly rule: string;
  /** The event key of the file. */
  readonly fileKey: string;
  readonly path: string;
  readonly reason: string;
  readonly failures: number;
  readonly sinceMs: number;
}
