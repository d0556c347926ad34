import type { Platform } from '../../core/platform.js';
import { joinRemote, remoteName, remoteParent, type RemotePath } from '../../core/remote-path.js';
import {
  asTransferError,
  cancelledError,
  type Phase,
  type TransferError,
} from '../../core/transfer-error.js';
import type { ProtocolClient } from '../../protocols/protocol-client.js';
import { createClient } from '../../protocols/protocol-registry.js';
import { withSession } from '../../transfers/batch-plan.js';
import { isLocal, type Endpoint } from '../../transfers/endpoint.js';
import { ConnectionBudget } from '../../transfers/connection-budget.js';
import { ServerMemory } from '../../transfers/server-memory.js';
import { SessionPool } from '../../transfers/session-pool.js';
import type { Sighting } from './sighting.js';

/** A file to look at: one end here, the other on the endpoint (or here as well). */
export interface LookOrder {
  readonly operation: 'upload' | 'download';
  readonly source: RemotePath;
  readonly target: RemotePath;
}

/** What stands at both ends. */
export interface Look {
  readonly source: Sighting;
  readonly target: Sighting;
  /** The target, or the file in it where it turned out to be a folder. */
  readonly targetPath: RemotePath;
}

export interface LooksResult<Order> {
  readonly looks: ReadonlyMap<Order, Look>;
  /** Why the orders without a look have none: what ended the looks at this endpoint. */
  readonly endedBy: TransferError | undefined;
}

export interface LookContext {
  readonly platform: Platform;
  readonly signal: AbortSignal;
  /** One more file has been looked at. */
  readonly looked?: () => void;
}

/** A session may be lost once; a server that loses two in a row gets no third. */
const MAX_LOST = 2;

const CONNECTION_PHASES: ReadonlySet<Phase> = new Set<Phase>(['resolve', 'connect', 'proxy', 'tls', 'login']);

/**
 * Looks at both ends of files, one after another, through one session of the endpoint, each wait within the
 * connection's time limit. Moves nothing and writes nothing. A connection that cannot be made ends the looks at once:
 * no login is tried twice. Rejects when it is cancelled.
 */
export async function lookAtFiles<Order extends LookOrder>(
  orders: readonly Order[],
  endpoint: Endpoint,
  { platform, signal, looked }: LookContext,
): Promise<LooksResult<Order>> {
  const here = await createClient({ kind: 'local' }, platform);
  const one = { ...endpoint, maxConnections: 1 };
  const budget = new ConnectionBudget(one, platform.clock, ServerMemory.inMemory(platform));
  const there = new SessionPool(one, platform, budget);
  const looks = new Map<Order, Look>();
  try {
    await here.connect({ signal });
    for (const order of orders) {
      looks.set(order, await lookAgainIfLost(order, here, there, signal));
      looked?.();
    }
    return { looks, endedBy: undefined };
  } catch (thrown) {
    if (signal.aborted) throw cancelledError(signal, 'stat');
    return { looks, endedBy: asTransferError(thrown, 'stat') };
  } finally {
    await there.close();
    await here.close();
  }
}

async function lookAgainIfLost(
  order: LookOrder,
  here: ProtocolClient,
  there: SessionPool,
  signal: AbortSignal,
): Promise<Look> {
  for (let lost = 1; ; lost += 1) {
    try {
      return await withSession(there, signal, (session) => {
        const isUpload = order.operation === 'upload';
        return look(order, {
          source: isUpload ? here : session,
          target: isUpload ? session : here,
          targetIsHere: !isUpload || isLocal(there.endpoint),
          signal,
        });
      });
    } catch (thrown) {
      const error = asTransferError(thrown, 'stat');
      const mayHelp = error.sessionLost && !CONNECTION_PHASES.has(error.phase) && !signal.aborted;
      if (!mayHelp || lost >= MAX_LOST) throw error;
    }
  }
}

interface Ends {
  readonly source: ProtocolClient;
  readonly target: ProtocolClient;
  readonly targetIsHere: boolean;
  readonly signal: AbortSignal;
}

async function look({ source, target }: LookOrder, ends: Ends): Promise<Look> {
  const { signal } = ends;
  const sourceSeen = await sighting(ends.source, source, signal);
  const targetSeen = await sighting(ends.target, target, signal);
  const isFolder = targetSeen.kind === 'folder';
  const targetPath = isFolder ? joinRemote(target, remoteName(source)) : target;
  const found = isFolder ? await sighting(ends.target, targetPath, signal) : targetSeen;
  const mayLackFolder = found.kind === 'missing' && !isFolder && ends.targetIsHere;
  return {
    source: sourceSeen,
    target: mayLackFolder ? await missing(ends.target, targetPath, signal) : found,
    targetPath,
  };
}

/** On this machine a missing folder is certain; a server may hide one that can be written to. */
async function missing(client: ProtocolClient, path: RemotePath, signal: AbortSignal): Promise<Sighting> {
  const folder = remoteParent(path);
  const above = await sighting(client, folder, signal);
  return above.kind === 'missing' ? { kind: 'no-folder', folder } : { kind: 'missing' };
}

/** Rejects only when the session is gone. */
async function sighting(client: ProtocolClient, path: RemotePath, signal: AbortSignal): Promise<Sighting> {
  try {
    const { kind, sizeBytes, modifiedMs, precisionMs = 1 } = await client.stat(path, { signal });
    if (kind === 'file') return { kind, sizeBytes, modifiedMs, precisionMs };
    return { kind: kind === 'folder' ? 'folder' : 'other' };
  } catch (thrown) {
    const error = asTransferError(thrown, 'stat');
    if (error.sessionLost || signal.aborted || error.code === 'UNEXPECTED') throw error;
    return error.code === 'NOT_FOUND' ? { kind: 'missing' } : { kind: 'unseen', error };
  }
}
