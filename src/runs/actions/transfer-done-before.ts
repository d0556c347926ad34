import type { Delivery } from '../../store/ledger-store.js';
import { withSession } from '../../transfers/batch-plan.js';
import { entryIfThere } from '../../transfers/overwrite.js';
import type { ActionContext } from '../action-context.js';
import { deliveryPlace } from '../delivery-place.js';
import type { TransferOrder } from './transfer-order.js';

/**
 * The delivery with which this step was done when its process died, and of which only the word was lost: nobody is
 * to be asked for a source that has gone since. Undefined where something is left to do.
 */
export async function doneBefore(
  { request, isSingle }: TransferOrder,
  context: ActionContext,
): Promise<Delivery | undefined> {
  const { services, run, step, isResumed, isShadow, signal } = context;
  if (!isResumed || !isSingle || isShadow) return undefined;
  const { endpoint, path } = request.source;
  const source = deliveryPlace(endpoint, path);
  const delivery = (await services.store.ledger.ofRun(run.id)).findLast(
    (one) =>
      one.step === step && one.source === source && (one.state === 'delivered' || one.state === 'disposed'),
  );
  if (delivery === undefined || delivery.state === 'disposed' || !request.transfer.removeSource)
    return delivery;
  const pool = services.placeBook.pools.of(endpoint);
  const entry = await withSession(pool, signal, (session) => entryIfThere(session, path, signal));
  if (entry !== undefined) return undefined;
  await services.store.ledger.settle(delivery.id, {
    state: 'disposed',
    nowMs: services.platform.clock.now(),
  });
  return delivery;
}

/** How many files of many this step had moved before it was begun again, sources and all: no look finds them any more. */
export async function goneBefore({ isSingle }: TransferOrder, context: ActionContext): Promise<number> {
  const { services, run, step, isResumed } = context;
  if (!isResumed || isSingle) return 0;
  const deliveries = await services.store.ledger.ofRun(run.id);
  return deliveries.filter((one) => one.step === step && one.state === 'disposed').length;
}
