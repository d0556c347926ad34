import { TransferError } from '../core/transfer-error.js';
import type { RunState, StepRecord } from '../store/run-store.js';

/** What happens to a run. */
export const RUN_EVENTS = [
  /** Begun, or taken over from a process that died. */
  'claim',
  'giveBack',
  'succeed',
  'fail',
  'cancel',
  'skip',
] as const;
export type RunEvent = (typeof RUN_EVENTS)[number];

export const RUN_STATES = [
  'waiting',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'skipped',
] as const satisfies readonly RunState[];

/** The moves of a run; what is not here is refused. A run that has ended never moves again. */
export const RUN_MOVES: Readonly<Record<RunState, Partial<Readonly<Record<RunEvent, RunState>>>>> = {
  waiting: { claim: 'running' },
  running: {
    claim: 'running',
    giveBack: 'waiting',
    succeed: 'succeeded',
    fail: 'failed',
    cancel: 'cancelled',
    skip: 'skipped',
  },
  succeeded: {},
  failed: {},
  cancelled: {},
  skipped: {},
};

export type StepState = StepRecord['state'];

/** What happens to a step of a run. */
export const STEP_EVENTS = [
  /** Begun, tried once more, or begun again by a process that took the run over. */
  'begin',
  'succeed',
  'fail',
  'cancel',
  /** Settled without being done: done already in the run that this one re-runs. */
  'skip',
  /** The rule went another way. */
  'leaveOut',
] as const;
export type StepEvent = (typeof STEP_EVENTS)[number];

export const STEP_STATES = [
  'running',
  'succeeded',
  'failed',
  'skipped',
  'notTaken',
  'cancelled',
] as const satisfies readonly StepState[];

/** The moves of a step; `absent`: it has no record yet. Saving the same once more is allowed after a crash. */
export const STEP_MOVES: Readonly<
  Record<StepState | 'absent', Partial<Readonly<Record<StepEvent, StepState>>>>
> = {
  absent: {
    begin: 'running',
    succeed: 'succeeded',
    fail: 'failed',
    skip: 'skipped',
    leaveOut: 'notTaken',
  },
  running: { begin: 'running', succeed: 'succeeded', fail: 'failed', cancel: 'cancelled' },
  succeeded: {},
  failed: {},
  skipped: {},
  notTaken: { leaveOut: 'notTaken' },
  cancelled: {},
};

/** The state after an event. Throws UNEXPECTED for a move that there is not: a mistake of ours, never of a user. */
export function nextRunState(state: RunState, event: RunEvent): RunState {
  return RUN_MOVES[state][event] ?? refuseMove(`a run that is ${state}`, event);
}

/** The same for a step. */
export function nextStepState(state: StepState | 'absent', event: StepEvent): StepState {
  return STEP_MOVES[state][event] ?? refuseMove(`a step that is ${state}`, event);
}

/** True for a run that will never move again. */
export function hasEnded(state: RunState): boolean {
  return Object.keys(RUN_MOVES[state]).length === 0;
}

function refuseMove(what: string, event: string): never {
  throw new TransferError({
    code: 'UNEXPECTED',
    lastCode: -1,
    phase: 'rule',
    message: `${what} cannot ${event}`,
  });
}
