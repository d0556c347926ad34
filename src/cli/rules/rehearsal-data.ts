import { errorFacts } from '../../core/error-codes.js';
import { mayComeFromBefore } from '../../engine/rehearsal/rehearsal-gaps.js';
import { errorData } from '../error-text.js';
import type { Rehearsal, RehearsedLook, RehearsedRun } from '../../engine/rehearsal/rehearsal.js';

/** For programs. */
export function rehearsalJson({ atMs, isEnabled, looks, runs, ...rest }: Rehearsal): object {
  return {
    ...rest,
    enabled: isEnabled,
    at: timeText(atMs),
    looks: looks.map(lookJson),
    runs: runs.map(runJson),
  };
}

function lookJson({ verdicts, failure, ...rest }: RehearsedLook): unknown {
  return {
    ...rest,
    files: verdicts.map(({ modifiedMs, ...verdict }) => ({
      ...verdict,
      ...(modifiedMs === undefined ? {} : { modifiedAt: timeText(modifiedMs) }),
    })),
    ...(failure === undefined ? {} : { failure: errorData(failure) }),
  };
}

function runJson({ event, called, ...rest }: RehearsedRun): unknown {
  const { occurredAtMs, ...facts } = event;
  return { event: { ...facts, occurredAt: timeText(occurredAtMs) }, ...rest, called };
}

function timeText(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** 0: all of it would go well; 9: nothing to do; else as the first thing that would fail. */
export function rehearsalExitCode({ looks, runs }: Rehearsal): number {
  const failure = looks.find((look) => look.failure !== undefined)?.failure;
  if (failure !== undefined) return errorFacts(failure.code).exitCode;
  const codes = runs.map(exitCodeOf);
  const first = codes.find((code) => code !== 0 && code !== NOTHING_DONE);
  if (first !== undefined) return first;
  return codes.includes(0) ? 0 : NOTHING_DONE;
}

const NOTHING_DONE = 9;

/** A step that only lacks what an earlier one would have made speaks of the test, not of the rule. */
function exitCodeOf({ story, errorCode }: RehearsedRun): number {
  const { steps, state } = story;
  const failed = steps.filter((step) => step.state === 'failed');
  const isKnown = failed.some((step) => !mayComeFromBefore(step, steps.slice(0, steps.indexOf(step))));
  switch (state) {
    case 'succeeded':
      return 0;
    case 'skipped':
      return NOTHING_DONE;
    case 'failed':
      return failed.length > 0 && !isKnown ? 0 : errorFacts(errorCode ?? 'RULE_FAILED').exitCode;
    case 'waiting':
    case 'running':
      return errorFacts('PARTNER_PARKED').exitCode;
    case 'cancelled':
      return errorFacts('CANCELLED').exitCode;
  }
}
