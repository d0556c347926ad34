import type { Receipt } from '../../core/outcome.js';
import { asTransferError, type TransferError } from '../../core/transfer-error.js';
import type { ProtocolClient } from '../../protocols/protocol-client.js';
import { withSession } from '../../transfers/batch-plan.js';
import type { SessionPool } from '../../transfers/session-pool.js';
import type { ActionContext } from '../action-context.js';

export interface Change {
  /** Once it is begun, it is not cut off. */
  readonly make: (session: ProtocolClient) => Promise<Receipt>;
  /** True when what it should bring about is so by now. */
  readonly isDone: (session: ProtocolClient) => Promise<boolean>;
}

/** So often a change whose reply was lost is looked for, with pauses that double. */
const LOOKS = 4;
const FIRST_PAUSE_MS = 1_000;

/**
 * Makes one change at a partner. Where its reply was lost, or where a process that died may have made it, what stands
 * there decides: a change that is made is not made again, and does not fail for having been made.
 */
export async function makeOnce(
  pool: SessionPool,
  change: Change,
  context: Pick<ActionContext, 'services' | 'signal' | 'isResumed'>,
): Promise<'made' | 'madeBefore'> {
  const { signal, isResumed } = context;
  try {
    return await withSession(pool, signal, async (session) => {
      if (isResumed && (await change.isDone(session))) return 'madeBefore';
      await change.make(session);
      return 'made';
    });
  } catch (thrown) {
    const error = asTransferError(thrown, 'action');
    if (!isReplyLost(error)) throw error;
    if (await isFoundDone(pool, change, context)) return 'made';
    throw error;
  }
}

/** The connection broke while the answer was awaited: of a login that failed, nothing was asked. */
function isReplyLost({ sessionLost, retry, phase }: TransferError): boolean {
  return sessionLost && retry === 'transient' && !BEFORE_ASKING.has(phase);
}

const BEFORE_ASKING: ReadonlySet<string> = new Set(['resolve', 'connect', 'proxy', 'tls', 'login']);

async function isFoundDone(
  pool: SessionPool,
  { isDone }: Change,
  { services, signal }: Pick<ActionContext, 'services' | 'signal'>,
): Promise<boolean> {
  for (let look = 1; ; look += 1) {
    try {
      return await withSession(pool, signal, isDone);
    } catch (thrown) {
      const error = asTransferError(thrown, 'action');
      if (look === LOOKS || error.retry !== 'transient' || signal.aborted) return false;
      await services.platform.clock.sleep(FIRST_PAUSE_MS * 2 ** (look - 1), signal);
    }
  }
}
