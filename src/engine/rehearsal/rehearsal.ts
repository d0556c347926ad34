import type { ErrorCode } from '../../core/error-codes.js';
import type { TransferError } from '../../core/transfer-error.js';
import type { TriggerEvent } from '../../rules/triggers/trigger-event.js';
import type { RunStory } from '../../runs/run-story.js';
import type { FileVerdict } from '../../trigger-sources/file-verdict.js';

/** What a look at one watched folder showed. */
export interface RehearsedLook {
  /** `folder:/data/out`, `remote:acme:/in/` */
  readonly trigger: string;
  /** A ready file is taken once the daemon saw it the same for so long. */
  readonly settleMs: number;
  /** The first ones; more may lie there when there are as many as were asked for. */
  readonly verdicts: readonly FileVerdict[];
  /** Why it could not be looked at. */
  readonly failure?: TransferError;
}

/** One run as it would go, with the rules that it calls. */
export interface RehearsedRun {
  readonly event: TriggerEvent;
  /** As `runs show` would tell it; the numbers of runs mean nothing here. */
  readonly story: RunStory;
  /** Why it would end so, or wait. */
  readonly reason: string;
  readonly errorCode?: ErrorCode;
  readonly called: readonly RunStory[];
  /** Rules that would run after it. */
  readonly followers: readonly string[];
}

/** What a rule would do, told without doing it. */
export interface Rehearsal {
  readonly rule: string;
  readonly isEnabled: boolean;
  /** What the clock of the rule showed. */
  readonly atMs: number;
  readonly looks: readonly RehearsedLook[];
  readonly runs: readonly RehearsedRun[];
  /** Ready files beyond the ones that runs were tried with. */
  readonly untriedFiles: number;
  /** What could not be known, as sentences without a full stop. */
  readonly gaps: readonly string[];
}
