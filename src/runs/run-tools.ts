import type { Action } from '../rules/actions/action.js';
import type { Condition, EvaluatedCondition } from '../rules/conditions/condition.js';
import type { Rule } from '../rules/rule.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { VariableScope } from '../rules/variables/variable-scope.js';
import type { RunRecord } from '../store/run-store.js';
import type { ActionContext, ActionEnd } from './action-context.js';

/** The parts of a run that know nothing of its order: handed in, so that tests of the order need no files. */
export interface RunTools {
  scopeOf(run: RunRecord, rule: Rule, event: TriggerEvent): VariableScope;
  /** Rejects where a condition cannot be decided (a place that cannot be looked at). */
  evaluate(condition: Condition, facts: ConditionFacts): Promise<EvaluatedCondition>;
  perform(action: Action, context: ActionContext): Promise<ActionEnd>;
  /** Events for the rules that run after this one; made before the end is written, so that none is lost. */
  followers(ended: EndedRun): readonly TriggerEvent[];
}

/** What a condition is asked about. */
export interface ConditionFacts {
  readonly rule: Rule;
  readonly event: TriggerEvent;
  readonly scope: VariableScope;
  readonly signal: AbortSignal;
}

/** A run as it is about to end. */
export interface EndedRun {
  readonly run: RunRecord;
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'skipped';
  readonly reason: string;
}
