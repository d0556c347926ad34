import { z } from 'zod';
import type { RunRecord, StepRecord } from '../../store/run-store.js';
import { optionalTime, timeSchema, timeText } from './view-parts.js';

export const RUN_STATES = ['waiting', 'running', 'succeeded', 'failed', 'cancelled', 'skipped'] as const;

export const runView = z.strictObject({
  run: z.int().describe('Its number'),
  rule: z.string(),
  revision: z.string(),
  state: z.enum(RUN_STATES),
  reason: z.string().optional().describe('Why it ended so, or why it waits'),
  trigger: z.string(),
  eventKey: z.string(),
  isShadow: z.boolean(),
  createdAt: timeSchema,
  notBefore: timeSchema.optional(),
  startedAt: timeSchema.optional(),
  endedAt: timeSchema.optional(),
  filesSucceeded: z.int(),
  filesFailed: z.int(),
  code: z.string().optional().describe('Of the failure that it ended with'),
  cancelAsked: z.boolean(),
  parentRun: z.int().optional(),
  retryOf: z.strictObject({ run: z.int(), fromStep: z.string() }).optional(),
  askedBy: z.string().optional(),
});

export const stepView = z.strictObject({
  path: z.string().describe('The way to it from the top of the rule'),
  kind: z.string(),
  title: z.string(),
  state: z.enum(['running', 'succeeded', 'failed', 'skipped', 'notTaken', 'cancelled']),
  attempt: z.int(),
  startedAt: timeSchema,
  endedAt: timeSchema.optional(),
  text: z.string(),
  result: z.int().min(0).max(1).optional().describe("EFT's ACTION_RESULT"),
  code: z.string().optional(),
  detail: z.unknown().optional(),
});

/** A run for programs. */
export function runData(run: RunRecord): z.input<typeof runView> {
  return {
    run: run.id,
    rule: run.rule,
    revision: run.revision,
    state: run.state,
    ...(run.reason === undefined ? {} : { reason: run.reason }),
    trigger: run.trigger,
    eventKey: run.eventKey,
    isShadow: run.isShadow,
    createdAt: timeText(run.createdMs),
    ...optionalTime('notBefore', run.notBeforeMs),
    ...optionalTime('startedAt', run.startedMs),
    ...optionalTime('endedAt', run.endedMs),
    filesSucceeded: run.filesSucceeded,
    filesFailed: run.filesFailed,
    ...(run.errorCode === undefined ? {} : { code: run.errorCode }),
    cancelAsked: run.cancelAsked,
    ...(run.parentRun === undefined ? {} : { parentRun: run.parentRun }),
    ...(run.retryOf === undefined ? {} : { retryOf: { ...run.retryOf } }),
    ...(run.askedBy === undefined ? {} : { askedBy: run.askedBy }),
  };
}

/** One of its steps. */
export function stepData(step: StepRecord): z.input<typeof stepView> {
  return {
    path: step.path,
    kind: step.kind,
    title: step.title,
    state: step.state,
    attempt: step.attempt,
    startedAt: timeText(step.startedMs),
    ...optionalTime('endedAt', step.endedMs),
    text: step.text,
    ...(step.result === undefined ? {} : { result: step.result }),
    ...(step.errorCode === undefined ? {} : { code: step.errorCode }),
    ...(step.detail === undefined ? {} : { detail: step.detail }),
  };
}
