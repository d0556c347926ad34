import { asTransferError } from '../../core/transfer-error.js';
import type { ResolvedPlace } from '../../settings/resolve-place.js';
import type { ActionContext, ActionEnd } from '../action-context.js';
import { postponed, untriedEnd } from '../untried.js';

/**
 * Runs an action at one place, unless its partner is parked or shut: then nothing is tried, and the run waits. It waits
 * too when it was the one that tried whether a partner is up again, and the partner was not: a day without a partner
 * fails no runs but the first few. A rejection of `work` is its failure.
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
  const isTrial = services.guard.admits(label).kind === 'probe';
  try {
    const end = await work();
    return (isTrial ? failedTrial(end, label, context) : undefined) ?? end;
  } catch (thrown) {
    const error = asTransferError(thrown, 'action');
    if (signal.aborted && error.code === 'CANCELLED') return { kind: 'cancelled' };
    return untriedEnd(error, label, services) ?? { kind: 'failed', error };
  }
}

/** Undefined where the trial came through, or failed by the file and not by the partner. */
function failedTrial(end: ActionEnd, partner: string, { services }: ActionContext): ActionEnd | undefined {
  if (end.kind !== 'failed' || end.error.retry !== 'transient' || (end.filesSucceeded ?? 0) > 0)
    return undefined;
  return postponed(partner, services);
}
