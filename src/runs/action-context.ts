import type { TransferError } from '../core/transfer-error.js';
import type { Rule } from '../rules/rule.js';
import type { TriggerEvent } from '../rules/triggers/trigger-event.js';
import type { VariableScope } from '../rules/variables/variable-scope.js';
import type { RunServices } from './run-services.js';
import type { Wait } from './step-detail.js';

/** What one action sees of its run. */
export interface ActionContext {
  readonly services: RunServices;
  readonly run: { readonly id: number; readonly fence: number };
  readonly rule: Rule;
  readonly event: TriggerEvent;
  /** Way of the step within the rule; stands in ledger and attempts. */
  readonly step: string;
  /** Expands texts; see `rules/variables`. */
  readonly scope: VariableScope;
  /** Abort = cancel: finish or roll back what is under way. */
  readonly signal: AbortSignal;
  /** Of the step; its executor aborts `signal` with a TIME_LIMIT by then, whatever the action does about it. */
  readonly timeLimitMs: number | undefined;
  /** True where nothing may be changed: shadow runs and `tally rules test`. The action says what it would do. */
  readonly isShadow: boolean;
  readonly datasets: Map<string, readonly DatasetRow[]>;
  /** When this step was begun for the first time; stays the same over retries and restarts. */
  readonly begunMs: number;
  /** This step was begun before by a process that died: look before doing. */
  readonly isResumed: boolean;
  /** Waits without keeping other runs from their turn. False: it was cut short, since the run is to end. */
  readonly pause: (delayMs: number) => Promise<boolean>;
  /** Calls a rule as a sub-run and waits for its end (`call`). */
  readonly callRule: (rule: string, values: Readonly<Record<string, string>>) => Promise<ActionEnd>;
}

/** `ROW.NAME`, `ROW.PATH`, `ROW.SIZE`, `ROW.MODIFIED`; paths of a connection are locations (`acme:/out/a.csv`). */
export interface DatasetRow {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number | undefined;
  readonly modifiedMs: number | undefined;
}

/** What came of an action. EFT's ACTION_RESULT is 1 exactly for `failed`. */
export type ActionEnd =
  | {
      readonly kind: 'succeeded';
      /** One sentence for the story. */
      readonly text: string;
      readonly detail?: unknown;
      readonly filesSucceeded?: number;
      /** Values for the steps after it: a local move sets FS.PATH, FS.FILE_NAME, FS.FOLDER_NAME to the new place. */
      readonly variables?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'failed';
      readonly error: TransferError;
      readonly detail?: unknown;
      readonly filesSucceeded?: number;
      readonly filesFailed?: number;
      /** A file is to blame and not the partner: counts for its quarantine. */
      readonly isFilesFault?: boolean;
    }
  /** The partner is parked or shut, so nothing was tried, or the log takes no lines. The run is given back and waits. */
  | ({ readonly kind: 'postponed' } & Wait)
  | { readonly kind: 'stop'; readonly what: 'thisRule' | 'moreRules' | 'thisAndMoreRules' }
  | { readonly kind: 'cancelled' };
