import { asTransferError, type TransferError } from '../core/transfer-error.js';
import type { ActionStep } from '../rules/actions/action.js';
import type { ActionContext, ActionEnd, DatasetRow } from './action-context.js';
import { brokenError } from './run-control.js';
import type { Flow } from './run-flow.js';
import type { RunInHand, WalkState } from './run-in-hand.js';
import type { StepFacts } from './run-progress.js';
import { errorOf, failureOf, type ActionDetail, type EarlierTry, type Wait } from './step-detail.js';
import { stepRetryDelayMs } from './step-retry.js';

/** What became of an action and its tries. */
export type ActionOutcome =
  | { readonly kind: 'succeeded'; readonly detail: ActionDetail }
  | { readonly kind: 'failed'; readonly detail: ActionDetail; readonly error: TransferError }
  /** Not settled, or ended from outside: the run does not go on here. */
  | { readonly kind: 'broken'; readonly flow: Flow };

interface Try {
  readonly attempt: number;
  readonly isResumed: boolean;
  readonly begunMs: number;
  readonly earlier: readonly EarlierTry[];
}

/** True for failures after which nothing can be recorded, so nothing more may be done. */
export function isUnrecorded(error: TransferError): boolean {
  return error.code === 'STORE_FAILED' || error.code === 'STALE_LEASE';
}

/**
 * Does one action with its retries and its time limit; each change stands in the store before the next begins. What an
 * earlier process settled is not done again. Rejects only where the store fails.
 */
export class ActionStepRun {
  readonly #hand: RunInHand;
  readonly #step: ActionStep;
  readonly #facts: StepFacts;
  readonly #state: WalkState;

  constructor(hand: RunInHand, step: ActionStep, facts: StepFacts, state: WalkState) {
    this.#hand = hand;
    this.#step = step;
    this.#facts = facts;
    this.#state = state;
  }

  async run(): Promise<ActionOutcome> {
    const settled = this.#settledBefore();
    if (settled !== undefined) return settled;
    let next = await this.#waitOn(this.#firstTry());
    while (next !== undefined) {
      await this.#hand.progress.begin(this.#facts, {
        attempt: next.attempt,
        ...(next.earlier.length === 0 ? {} : { detail: { earlier: next.earlier } }),
      });
      const end = await this.#tryOnce(next);
      const error = this.#errorToRetry(end, next);
      if (error === undefined) return this.#settle(end, next);
      next = await this.#waitOn(await this.#noteRetry(error, next));
    }
    return this.#breakOff();
  }

  #settledBefore(): ActionOutcome | undefined {
    const known = this.#hand.progress.known(this.#facts.path);
    const detail = (known?.detail ?? {}) as ActionDetail;
    const isDone = known?.state === 'succeeded' || known?.state === 'skipped';
    if (isDone) return { kind: 'succeeded', detail };
    if (known?.state !== 'failed') return undefined;
    const failure = detail.failure ?? failureOf(lostFailure(known.text));
    return { kind: 'failed', detail, error: errorOf(failure) };
  }

  #firstTry(): Try & { readonly waitMs: number } {
    const known = this.#hand.progress.known(this.#facts.path);
    const nowMs = this.#hand.services.platform.clock.now();
    const { earlier = [], waits } = (known?.detail ?? {}) as ActionDetail;
    const lastWaitMs = earlier.at(-1)?.waitMs ?? 0;
    const isBetweenTries = waits !== undefined && earlier.length > 0;
    return {
      attempt: isBetweenTries ? earlier.length + 1 : (known?.attempt ?? 1),
      isResumed: known?.state === 'running' && (waits === undefined || waits.for === 'log'),
      begunMs: known?.startedMs ?? nowMs,
      earlier,
      // Never longer than it was meant, also where the clock was set back meanwhile.
      waitMs: isBetweenTries ? Math.min(Math.max(0, (waits.untilMs ?? nowMs) - nowMs), lastWaitMs) : 0,
    };
  }

  /** The try after its wait, or undefined when the run is to end first. */
  async #waitOn(next: Try & { readonly waitMs: number }): Promise<Try | undefined> {
    const { stopping } = this.#hand.control;
    if (next.waitMs === 0) return next;
    return (await this.#hand.pause(next.waitMs, [stopping])) ? next : undefined;
  }

  async #tryOnce(next: Try): Promise<ActionEnd> {
    const limit = new TimeLimit(this.#hand, this.#step.timeLimitMs);
    try {
      const end = await this.#perform(next, limit.signal);
      if (end.kind === 'failed') refuseUnrecorded(end.error);
      return this.#explainBreak(end, limit);
    } finally {
      limit.end();
    }
  }

  async #perform(next: Try, signal: AbortSignal): Promise<ActionEnd> {
    try {
      return await this.#hand.tools.perform(this.#step.action, this.#context(next, signal));
    } catch (thrown) {
      return { kind: 'failed', error: asTransferError(thrown, 'action') };
    }
  }

  #context(next: Try, signal: AbortSignal): ActionContext {
    const { services, rule, event, record, fence, pause, callRule, control } = this.#hand;
    const { path } = this.#facts;
    return {
      services,
      run: { id: record.id, fence },
      rule,
      event,
      step: path,
      scope: this.#state.scope,
      signal,
      timeLimitMs: this.#step.timeLimitMs,
      isShadow: record.isShadow,
      datasets: this.#state.datasets,
      begunMs: next.begunMs,
      isResumed: next.isResumed,
      pause: (delayMs) => pause(delayMs, [signal, control.stopping]),
      callRule: (name, values) => callRule({ rule: name, values, step: path }),
    };
  }

  /** An action that was broken off says `cancelled`, or fails with whatever broke: why is known here. */
  #explainBreak(end: ActionEnd, limit: TimeLimit): ActionEnd {
    const isBroken = end.kind === 'cancelled' || (end.kind === 'failed' && end.error.code === 'CANCELLED');
    if (limit.isOver && end.kind === 'failed') return { ...end, error: limit.error };
    if (limit.isOver && isBroken) return { kind: 'failed', error: limit.error };
    if (!isBroken || this.#hand.control.reason !== undefined) return end;
    const error =
      end.kind === 'failed' ? end.error : brokenError('cancel', 'the action ended itself as cancelled');
    return { kind: 'failed', error };
  }

  #errorToRetry(end: ActionEnd, { attempt }: Try): TransferError | undefined {
    if (end.kind !== 'failed' || this.#hand.control.stopping.aborted) return undefined;
    return stepRetryDelayMs(this.#step, end.error, attempt) === undefined ? undefined : end.error;
  }

  async #noteRetry(error: TransferError, last: Try): Promise<Try & { readonly waitMs: number }> {
    const { progress, services } = this.#hand;
    const nowMs = services.platform.clock.now();
    const waitMs = stepRetryDelayMs(this.#step, error, last.attempt) ?? 0;
    const { message: text, code: errorCode } = error;
    const earlier = [...last.earlier, { attempt: last.attempt, endedMs: nowMs, text, errorCode, waitMs }];
    const waits = { untilMs: nowMs + waitMs, reason: text };
    await progress.begin(this.#facts, { attempt: last.attempt, detail: { earlier, waits } });
    return { attempt: last.attempt + 1, isResumed: false, begunMs: last.begunMs, earlier, waitMs };
  }

  async #settle(end: ActionEnd, last: Try): Promise<ActionOutcome> {
    const { progress } = this.#hand;
    switch (end.kind) {
      case 'succeeded':
        return this.#succeed(end.text, detailOf(end, last, this.#newDatasets()));
      case 'stop':
        return this.#succeed(`stop ${stopWords(end.what)}`, { ...earlierOf(last), stop: end.what });
      case 'failed':
        return this.#fail(end, last);
      case 'postponed': {
        if (this.#hand.control.reason === 'cancel') return this.#breakOff();
        const waits = waitOf(end);
        await progress.begin(this.#facts, { attempt: last.attempt, detail: { ...earlierOf(last), waits } });
        return { kind: 'broken', flow: this.#flowOfWait(waits) };
      }
      case 'cancelled':
        return this.#breakOff();
    }
  }

  #succeed(text: string, detail: ActionDetail): ActionOutcome {
    this.#hand.progress.settle(this.#facts, 'succeed', { text, result: 0, detail });
    return { kind: 'succeeded', detail };
  }

  #fail(end: Extract<ActionEnd, { kind: 'failed' }>, last: Try): ActionOutcome {
    const { control, progress } = this.#hand;
    if (end.error.code === 'CANCELLED' && control.reason !== undefined) return this.#breakOff();
    const { error } = end;
    const detail = { ...detailOf(end, last, this.#newDatasets()), failure: failureOf(error) };
    progress.settle(this.#facts, 'fail', { text: error.message, result: 1, errorCode: error.code, detail });
    return { kind: 'failed', detail, error };
  }

  /** The run ends from outside. A shutdown leaves the step as begun: the next process looks before it does it again. */
  #breakOff(): ActionOutcome {
    const flow = this.#flowOfBreak('was begun');
    const { progress } = this.#hand;
    if (flow.kind === 'cancelled') {
      progress.settle(this.#facts, 'cancel', { text: 'cancelled while it was under way' });
    } else if (flow.kind === 'timeLimit') {
      const { message: text, code: errorCode } = flow.error;
      const detail: ActionDetail = { failure: failureOf(flow.error) };
      progress.settle(this.#facts, 'fail', { text, errorCode, result: 1, detail });
    }
    return { kind: 'broken', flow };
  }

  #flowOfWait({ for: awaited, ...wait }: Wait): Flow {
    if (this.#hand.control.stopping.aborted) return this.#flowOfBreak(wait.reason);
    return { kind: 'givenBack', why: awaited === 'log' ? 'log' : 'partner', ...wait };
  }

  #flowOfBreak(where: string): Flow {
    return flowOfBreak(this.#hand, `step ${this.#facts.path} ${where}`);
  }

  /** The data sets that are new since the step began: kept with it, so that a loop goes on over the same rows. */
  #newDatasets(): Record<string, readonly DatasetRow[]> | undefined {
    const { action } = this.#step;
    if (action.kind !== 'list') return undefined;
    const rows = this.#state.datasets.get(action.into);
    return rows === undefined ? undefined : { [action.into]: rows };
  }
}

/** How a run that was told to end goes on, by who told it. */
export function flowOfBreak({ control, services, rule }: RunInHand, where: string): Flow {
  switch (control.reason) {
    case 'cancel':
      return { kind: 'cancelled' };
    case 'timeLimit':
      return {
        kind: 'timeLimit',
        error: brokenError('timeLimit', `the run took longer than rule ${rule.name} allows`),
      };
    case 'shutdown':
    case undefined: {
      const untilMs = services.platform.clock.now();
      return { kind: 'givenBack', why: 'stopping', untilMs, reason: `the daemon stopped (${where})` };
    }
  }
}

/** One signal for what may end an action before its time: its own limit, or whatever ends the run. */
class TimeLimit {
  readonly signal: AbortSignal;
  readonly #limitMs: number | undefined;
  readonly #own = new AbortController();
  readonly #stopTimer: () => void;

  constructor({ control, services }: RunInHand, limitMs: number | undefined) {
    this.#limitMs = limitMs;
    if (limitMs === undefined) {
      this.signal = control.signal;
      this.#stopTimer = () => undefined;
      return;
    }
    this.signal = AbortSignal.any([control.signal, this.#own.signal]);
    const timer = services.platform.clock.startTimer(limitMs, () => this.#own.abort(this.error));
    this.#stopTimer = () => timer.cancel();
  }

  get error(): TransferError {
    return brokenError('timeLimit', `the action took longer than ${(this.#limitMs ?? 0) / 1000} s`);
  }

  get isOver(): boolean {
    return this.#own.signal.aborted;
  }

  end(): void {
    this.#stopTimer();
  }
}

function detailOf(
  end: Extract<ActionEnd, { kind: 'succeeded' | 'failed' }>,
  last: Try,
  datasets: Record<string, readonly DatasetRow[]> | undefined,
): ActionDetail {
  return {
    ...earlierOf(last),
    ...(end.detail === undefined ? {} : { facts: end.detail }),
    ...(end.filesSucceeded === undefined ? {} : { filesSucceeded: end.filesSucceeded }),
    ...(end.kind === 'failed' && end.filesFailed !== undefined ? { filesFailed: end.filesFailed } : {}),
    ...(end.kind === 'succeeded' && end.variables !== undefined ? { variables: end.variables } : {}),
    ...(datasets === undefined ? {} : { datasets }),
  };
}

function earlierOf({ earlier }: Try): Pick<ActionDetail, 'earlier'> {
  return earlier.length === 0 ? {} : { earlier };
}

/** Without what else the end of an action has. */
function waitOf({ reason, untilMs, for: awaited }: Wait): Wait {
  return {
    reason,
    ...(untilMs === undefined ? {} : { untilMs }),
    ...(awaited === undefined ? {} : { for: awaited }),
  };
}

function refuseUnrecorded(error: TransferError): void {
  if (isUnrecorded(error)) throw error;
}

function lostFailure(text: string): TransferError {
  return asTransferError(new Error(text), 'action');
}

function stopWords(what: NonNullable<ActionDetail['stop']>): string {
  switch (what) {
    case 'thisRule':
      return 'this rule';
    case 'moreRules':
      return 'the rules after this one on the same event';
    case 'thisAndMoreRules':
      return 'this rule and those after it on the same event';
  }
}
