import type { StepRecord } from '../store/run-store.js';

/**
 * The steps of an earlier run that a re-run does not do again: what had succeeded before the step that it begins with,
 * in the order in which they began. Their variables and data sets are taken over.
 */
export function takenOverSteps(
  steps: readonly StepRecord[],
  retryOf: { readonly run: number; readonly fromStep: string },
): readonly StepRecord[] {
  const taken: StepRecord[] = [];
  for (const step of steps) {
    if (step.path === retryOf.fromStep) break;
    // Which way a branch went stays as it was; loops and actions above are gone into again.
    if (isAbove(step.path, retryOf.fromStep) && step.kind !== 'branch') continue;
    if (step.state === 'succeeded' || step.state === 'skipped') taken.push(asTaken(step, retryOf.run));
  }
  return taken;
}

/** `3` is above `3.each.17.0`: it is gone into again. */
export function isAbove(path: string, below: string): boolean {
  return below.startsWith(`${path}.`);
}

function asTaken(step: StepRecord, run: number): StepRecord {
  if (step.kind === 'when' || step.kind === 'branch') return step;
  return { ...step, state: 'skipped', text: `done in run ${run}: ${step.text}` };
}
