import type { StepJson, WholeRunJson } from '../../api/answers.js';
import type { ApiClient } from '../daemon/api-client.js';

const ENDED: readonly string[] = ['succeeded', 'failed', 'cancelled', 'skipped'];

/**
 * Waits until the run has ended, and tells each step as it changes. Rejects with DAEMON_UNREACHABLE when the daemon goes
 * away meanwhile, and NOT_FOUND.
 */
export async function followRun(
  client: ApiClient,
  id: number,
  tell: (step: StepJson) => Promise<void>,
): Promise<WholeRunJson> {
  // The stream is open before the first look, so that no change falls between the two.
  const events = await client.openEvents({ run: String(id) });
  const told = new Map<string, string>();
  const look = async (): Promise<WholeRunJson> => {
    const whole = await client.get<WholeRunJson>(`/v1/runs/${id}`);
    for (const step of whole.steps) {
      const state = `${step.state} ${step.attempt}`;
      if (told.get(step.path) === state) continue;
      told.set(step.path, state);
      await tell(step);
    }
    return whole;
  };
  try {
    for (let whole = await look(); ; whole = await look()) {
      if (ENDED.includes(whole.run.state)) return whole;
      await events.next();
    }
  } finally {
    await events.return(undefined);
  }
}
