import { asTransferError } from '../../core/transfer-error.js';
import type { ResolvedPlace } from '../../settings/resolve-place.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import { postponed, untriedEnd } from '../untried.js';

/**
 * Runs an action at one place, unless its partner is parked or shut: then nothing is tried, and the run waits. A
 * rejection of `work` is its failure.
 */
export async function atPartner(
  { place }: Pick<ResolvedPlace, 'place'>,
  context: ActionContext,
  work: () => Promise<ActionEnd>,
): Promise<ActionEnd> {
  const { services, signal } = context;
  const { label } = place.endpoint;
  const waits = postponed(label, services);
  if (waits !== undefined) return waits;
  try {
    return await work();
  } catch (thrown) {
    const error = asTransferError(thrown, 'action');
    if (signal.aborted && error.code === 'CANCELLED') return { kind: 'cancelled' };
    return untriedEnd(error, label, services) ?? { kind: 'failed', error };
  }
}
