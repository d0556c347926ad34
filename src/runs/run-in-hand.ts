import type { Rule } from '../rules/rule.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { VariableScope } from '../rules/variables/variable-scope.js';
import type { RunRecord } from '../store/run-store.js';
import type { ActionEnd, DatasetRow } from './action-context.js';
import type { RunControl } from './run-control.js';
import type { RunProgress } from './run-progress.js';
import type { RunServices } from './run-services.js';
import type { RunTools } from './run-tools.js';

/** One run while it is worked on. */
export interface RunInHand {
  readonly record: RunRecord;
  readonly fence: number;
  readonly rule: Rule;
  readonly event: TriggerEvent;
  readonly progress: RunProgress;
  readonly control: RunControl;
  readonly services: RunServices;
  readonly tools: RunTools;
  /** Waits without a seat; false when it was cut short. */
  readonly pause: (delayMs: number, signals: readonly AbortSignal[]) => Promise<boolean>;
  readonly callRule: (order: SubRunOrder) => Promise<ActionEnd>;
}

/** A rule that a step calls. */
export interface SubRunOrder {
  readonly rule: string;
  readonly values: Readonly<Record<string, string>>;
  /** The step that calls. */
  readonly step: string;
}

/** What the steps at one place of the rule see. */
export interface WalkState {
  scope: VariableScope;
  readonly datasets: Map<string, readonly DatasetRow[]>;
}
