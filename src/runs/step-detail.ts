import type { ErrorCode, Side } from '../core/error-codes.js';
import { TransferError, type Phase } from '../core/transfer-error.js';
import type { EvaluatedCondition } from '../rules/conditions/condition.js';
import type { DatasetRow } from './action-context.js';

/** `StepRecord.detail` of an action: all that a process that takes the run over needs, and what the story shows. */
export interface ActionDetail {
  /** What the action itself said; its reader knows it by the step's kind. */
  readonly facts?: unknown;
  /** Values for the steps after it. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Data sets that it found. */
  readonly datasets?: Readonly<Record<string, readonly DatasetRow[]>>;
  readonly filesSucceeded?: number;
  readonly filesFailed?: number;
  readonly failure?: StepFailure;
  /** Tries before the one that `StepRecord.text` tells of. */
  readonly earlier?: readonly EarlierTry[];
  /** Of a stop action. */
  readonly stop?: 'thisRule' | 'moreRules' | 'thisAndMoreRules';
  /** It does not go on for now: the partner is parked or shut, the log takes no lines, or the action waits for a time. */
  readonly waits?: Wait;
}

/** Why a step does not go on for now, and until when. */
export interface Wait {
  readonly reason: string;
  /** Absent where no time is known: `for` says what it waits for then. */
  readonly untilMs?: number;
  /** A person who releases the partner, or a client log that takes lines again. */
  readonly for?: 'release' | 'log';
}

/** One try that failed and was followed by another. */
export interface EarlierTry {
  readonly attempt: number;
  readonly endedMs: number;
  readonly text: string;
  readonly errorCode: ErrorCode;
  /** The wait after it. */
  readonly waitMs: number;
}

/** A TransferError as plain data. */
export interface StepFailure {
  readonly code: ErrorCode;
  readonly lastCode: number;
  readonly phase: Phase;
  readonly message: string;
  readonly side: Side;
  readonly advice: string;
  readonly reply?: string;
}

/** `StepRecord.detail` of a branch and of the rule's own condition (`when`). */
export interface ConditionDetail {
  readonly condition: EvaluatedCondition;
}

/** `StepRecord.detail` of a loop. */
export interface LoopDetail {
  readonly dataset: string;
  readonly rows: number;
}

/** The failure as it is kept; `reply` is what the server said. */
export function failureOf(error: TransferError): StepFailure {
  const { code, lastCode, phase, message, side, advice, reply } = error;
  return { code, lastCode, phase, message, side, advice, ...(reply === undefined ? {} : { reply }) };
}

/** The kept failure as an error again. */
export function errorOf(failure: StepFailure): TransferError {
  return new TransferError(failure);
}
