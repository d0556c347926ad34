import type { Platform } from '../../core/platform.js';
import type { TransferError } from '../../core/transfer-error.js';
import { resolvePlace } from '../../settings/resolve-place.js';
import { transferOptions } from '../../settings/transfer-settings.js';
import type { BatchPlace, BatchRequest, BatchResult, FilePair } from '../../transfers/batch-request.js';
import { SessionPools } from '../../transfers/session-pools.js';
import { withLoggedBatches, type LoggedBatches, type LoggedBatchHooks } from '../logged-batches.js';
import type { SettingsInForce, Surroundings } from '../surroundings.js';
import type { RetryPlan, RetryRow, RouteEnd } from './retry-plan.js';

export interface SendHooks {
  /** Abort = begin no further file; finish or roll back those under way. */
  readonly signal: AbortSignal;
  /** The files of one connection and direction begin; what it gives is told of them, and closed when they have ended. */
  readonly batch: (request: BatchRequest) => BatchWatch;
}

export type BatchWatch = Pick<LoggedBatchHooks, 'observer' | 'attemptLogged'> & {
  readonly close: () => void;
};

/** What became of the files of one connection and direction. */
export interface SentBatch {
  /** Name of the connection; `local` where both ends are here. */
  readonly name: string;
  readonly request: BatchRequest;
  readonly result: BatchResult;
}

export interface RetryReport {
  readonly batches: readonly SentBatch[];
  /** Files of the plan whose batch did not begin any more. */
  readonly notBegun: number;
  /** Folder of the client log. */
  readonly logFolder: string;
  /** What closing the log had to say. */
  readonly closingError: TransferError | undefined;
}

/**
 * Sends what the plan says, by the safe transfer: temporary name, proof, final name, and a line in the client log for
 * every attempt. Sources stay, also those of a move. One connection after another, its files in parallel, its sessions
 * used for both directions. Rejects with a TransferError when log or state folder cannot be used.
 */
export async function sendRetry(
  { rows }: RetryPlan,
  inForce: SettingsInForce,
  surroundings: Pick<Surroundings, 'platform' | 'queryRegistry'>,
  hooks: SendHooks,
): Promise<RetryReport> {
  const orders = batchOrders(rows);
  const run = await withLoggedBatches(inForce, surroundings, async (logged) => {
    const batches: SentBatch[] = [];
    for (const end of new Set(orders.map((order) => order.end))) {
      const own = orders.filter((order) => order.end === end);
      batches.push(...(await sendToEnd(own, batches, surroundings.platform, { inForce, logged, hooks })));
    }
    return { batches, logFolder: logged.logFolder };
  });
  const { batches, logFolder } = run.value;
  const begun = batches.reduce((sum, { request }) => sum + (request.pairs?.length ?? 0), 0);
  const all = orders.reduce((sum, { pairs }) => sum + pairs.length, 0);
  return { batches, notBegun: all - begun, logFolder, closingError: run.closingError };
}

interface BatchOrder {
  readonly end: RouteEnd;
  readonly operation: 'upload' | 'download';
  readonly pairs: readonly FilePair[];
}

/** In the order of the plan; the two directions of one connection follow each other. */
function batchOrders(rows: readonly RetryRow[]): readonly BatchOrder[] {
  const orders = new Map<RouteEnd, { upload: FilePair[]; download: FilePair[] }>();
  for (const { route, look, plan } of rows) {
    if (plan.action !== 'send' || route === undefined) continue;
    const order = orders.get(route.end) ?? { upload: [], download: [] };
    orders.set(route.end, order);
    const { source, target } = route;
    const sizeBytes = look?.source.kind === 'file' ? look.source.sizeBytes : undefined;
    order[route.operation].push({ source, target, sizeBytes, overwrite: plan.overwrite });
  }
  return [...orders].flatMap(([end, { upload, download }]) =>
    [
      { end, operation: 'upload' as const, pairs: upload },
      { end, operation: 'download' as const, pairs: download },
    ].filter(({ pairs }) => pairs.length > 0),
  );
}

/** Both directions of one connection, with the same sessions; what stopped the first stops the second. */
async function sendToEnd(
  orders: readonly BatchOrder[],
  before: readonly SentBatch[],
  platform: Platform,
  sending: Sending,
): Promise<readonly SentBatch[]> {
  const sent: SentBatch[] = [];
  const pools = new SessionPools(platform, sending.logged.budgets);
  try {
    for (const order of orders) {
      const isStopped = sent.some(({ result }) => result.stoppedBy !== undefined);
      if (isStopped || isOver(before, sending.hooks.signal)) break;
      sent.push(await sendBatch(order, pools, sending));
    }
  } finally {
    await pools.close();
  }
  return sent;
}

/** Cancelled, or the client log cannot be written any more: nothing is moved without its line. */
function isOver(batches: readonly SentBatch[], signal: AbortSignal): boolean {
  return signal.aborted || batches.some(({ result }) => result.stoppedBy?.code === 'CLIENT_LOG_FAILED');
}

interface Sending {
  readonly inForce: SettingsInForce;
  readonly logged: LoggedBatches;
  readonly hooks: SendHooks;
}

async function sendBatch(
  order: BatchOrder,
  pools: SessionPools,
  { inForce, logged, hooks }: Sending,
): Promise<SentBatch> {
  const request = await batchRequest(order, inForce);
  const { close, ...watch } = hooks.batch(request);
  try {
    const result = await logged.run(request, { ...watch, signal: hooks.signal, pools });
    return { name: order.end.name, request, result };
  } finally {
    close();
  }
}

async function batchRequest(
  { end, operation, pairs }: BatchOrder,
  { places }: SettingsInForce,
): Promise<BatchRequest> {
  const [first] = pairs;
  if (first === undefined) throw new RangeError('a batch of no files');
  const { place: here } = await resolvePlace(places.workFolder, places);
  const isUpload = operation === 'upload';
  const there = end.endpoint;
  const source: BatchPlace = {
    endpoint: isUpload ? here.endpoint : there,
    path: first.source,
    text: first.source,
  };
  const destination: BatchPlace = {
    endpoint: isUpload ? there : here.endpoint,
    path: first.target,
    text: first.target,
  };
  return {
    source,
    destination,
    pairs,
    operation,
    recursive: false,
    missingSourceOk: false,
    dryRun: false,
    transfer: transferOptions(end.transfer, false),
  };
}
