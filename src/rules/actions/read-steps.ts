import { readConditions, type ConditionDefaults } from '../conditions/read-conditions.js';
import type { RuleCursor } from '../rule-findings.js';
import { withoutUndefined } from '../without-undefined.js';
import { readAction } from './read-action.js';
import type { Action, ActionStep, BranchStep, LoopStep, Step } from './action.js';
import type { WrittenStep, WrittenSteps } from './step-schema.js';

export type StepDefaults = ConditionDefaults;

const RETRY_DELAY_MS = 2000;

/** Steps in their order. `at`: the list, or the only step where there is no list. */
export function readSteps(
  written: WrittenSteps | undefined,
  at: RuleCursor,
  defaults: StepDefaults,
): readonly Step[] {
  if (written === undefined) return [];
  return at.each(written).flatMap(([step, place]) => readStep(step, place, defaults));
}

function readStep(written: WrittenStep, at: RuleCursor, defaults: StepDefaults): readonly Step[] {
  if (written.if !== undefined) return [readBranch(written, at, defaults)];
  if (written.each !== undefined) return [readLoop(written, at, defaults)];
  const action = readAction(written, at, defaults);
  return action === undefined ? [] : [readActionStep(action, written, at, defaults)];
}

function readActionStep(
  action: Action,
  written: WrittenStep,
  at: RuleCursor,
  defaults: StepDefaults,
): ActionStep {
  const { title, ifFailed, retries = 0, retryDelay = RETRY_DELAY_MS, timeLimit } = written;
  if (title !== undefined) at.at('title').text(title);
  if (isTransfer(action) && (written.retries !== undefined || written.retryDelay !== undefined)) {
    const key = written.retries === undefined ? 'retryDelay' : 'retries';
    at.at(key).problem(`"${key}" of a transfer stands within it: ${action.kind}: { ..., ${key}: ... }`);
  }
  const handling = at.at('ifFailed').within({ inIfFailed: true });
  return withoutUndefined({
    kind: 'action' as const,
    title,
    action,
    ifFailed: ifFailed === undefined ? usualHandling(action) : readSteps(ifFailed, handling, defaults),
    retries,
    retryDelayMs: retryDelay,
    timeLimitMs: timeLimit,
  });
}

/** EFT's own: a failed transfer stops the rule, any other action does not. */
export function usualHandling(action: Action): readonly Step[] {
  if (!isTransfer(action)) return [];
  const stop = { kind: 'stop', what: 'thisRule' } as const;
  return [{ kind: 'action', action: stop, ifFailed: [], retries: 0, retryDelayMs: RETRY_DELAY_MS }];
}

function isTransfer({ kind }: Action): boolean {
  return kind === 'copy' || kind === 'move' || kind === 'download';
}

function readBranch(written: WrittenStep, at: RuleCursor, defaults: StepDefaults): BranchStep {
  return {
    kind: 'branch',
    condition: readConditions(written.if ?? {}, at.at('if'), defaults),
    then: readSteps(written.then, at.at('then'), defaults),
    otherwise: readSteps(written.else, at.at('else'), defaults),
  };
}

function readLoop(written: WrittenStep, at: RuleCursor, defaults: StepDefaults): LoopStep {
  const { each = '', orderBy = 'found', descending = false, firstRow, lastRow } = written;
  if (firstRow !== undefined && lastRow !== undefined && firstRow > lastRow) {
    at.at('lastRow').problem('"lastRow" comes before "firstRow"');
  }
  at.at('each').dataset(each);
  return withoutUndefined({
    kind: 'loop' as const,
    dataset: each,
    orderBy,
    descending,
    firstRow,
    lastRow,
    steps: readSteps(written.do, at.at('do').within({ inLoop: true }), defaults),
  });
}
