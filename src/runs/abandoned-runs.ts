import type { RunRecord, RunStore } from '../store/run-store.js';
import { hasEnded } from './run-state.js';
import { isSubRun } from './sub-runs.js';

/**
 * Runs that are `running` in the store and in nobody's hands, oldest first. Without sub-runs: their callers take them
 * up, as long as there is one.
 */
export async function abandonedRuns(
  runs: RunStore,
  leaseEndedBeforeMs: number,
): Promise<readonly RunRecord[]> {
  const found: RunRecord[] = [];
  for (const run of await runs.abandoned(leaseEndedBeforeMs)) {
    if (!isSubRun(run) || (await hasNoCaller(runs, run))) found.push(run);
  }
  return found;
}

async function hasNoCaller(runs: RunStore, { parentRun }: RunRecord): Promise<boolean> {
  const caller = parentRun === undefined ? undefined : await runs.get(parentRun);
  return caller === undefined || hasEnded(caller.state);
}
