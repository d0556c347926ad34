import type { Selectable } from 'kysely';
import type { ErrorCode } from '../../core/error-codes.js';
import type { RunRecord, RunState, StepRecord } from '../run-store.js';
import { fromJson, present } from './present.js';
import type { Tables } from './tables.js';

export type RunRow = Selectable<Tables['runs']>;
export type StepRow = Selectable<Tables['steps']>;

export function runOf(row: RunRow, rule: string): RunRecord {
  return present<RunRecord>({
    id: row.id,
    rule,
    revision: row.revision,
    event: fromJson(row.event),
    eventKey: row.event_key,
    trigger: row.trigger_name,
    state: row.state as RunState,
    reason: row.reason,
    isShadow: row.is_shadow === 1,
    createdMs: row.created_ms,
    notBeforeMs: row.not_before_ms,
    parentRun: row.parent_run,
    retryOf:
      row.retry_of_run === null ? null : { run: row.retry_of_run, fromStep: row.retry_from_step ?? '' },
    askedBy: row.asked_by,
    startedMs: row.started_ms,
    endedMs: row.ended_ms,
    lease: leaseOf(row),
    cancelAsked: row.cancel_asked === 1,
    filesSucceeded: row.files_succeeded,
    filesFailed: row.files_failed,
    errorCode: row.error_code as ErrorCode | null,
  });
}

function leaseOf({ lease_owner, lease_until_ms, fence }: RunRow): RunRecord['lease'] | null {
  if (lease_owner === null || lease_until_ms === null) return null;
  return { owner: lease_owner, untilMs: lease_until_ms, fence };
}

export function stepOf(row: StepRow): StepRecord {
  return present<StepRecord>({
    run: row.run,
    path: row.path,
    kind: row.kind,
    title: row.title,
    state: row.state as StepRecord['state'],
    attempt: row.attempt,
    startedMs: row.started_ms,
    endedMs: row.ended_ms,
    text: row.text,
    result: row.result as 0 | 1 | null,
    errorCode: row.error_code as ErrorCode | null,
    detail: fromJson(row.detail),
  });
}
