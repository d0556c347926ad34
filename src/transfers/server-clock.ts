import type { RemoteEntry } from '../protocols/protocol-client.js';
import { isLocal, type Endpoint } from './endpoint.js';
import type { ServerMemory } from './server-memory.js';

/** When our clock stood where while a file was written. */
export interface WritingTime {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Times told less exactly than this say nothing of a clock. */
const COARSEST_MS = 60_000;
const SECOND_MS = 1_000;
/** An offset that people should know of. */
export const NOTEWORTHY_OFFSET_MS = 60_000;

/**
 * How far the server's clock is from ours (positive: ahead), by the time that it gave to a file just written: the
 * offset nearest to none that explains it, to the second. Undefined where the time is not exact enough.
 */
export function clockOffsetMs(
  { modifiedMs, precisionMs = SECOND_MS }: Pick<RemoteEntry, 'modifiedMs' | 'precisionMs'>,
  { fromMs, toMs }: WritingTime,
): number | undefined {
  if (modifiedMs === undefined || precisionMs > COARSEST_MS) return undefined;
  const least = modifiedMs - toMs;
  const most = modifiedMs + precisionMs - fromMs;
  if (least > 0) return Math.floor(least / SECOND_MS) * SECOND_MS;
  return most < 0 ? Math.ceil(most / SECOND_MS) * SECOND_MS : 0;
}

/**
 * Measures a server's clock by a file just written to it, once while the memory lasts. Gives the offset when it is
 * new knowledge.
 */
export function learnClock(
  endpoint: Endpoint,
  written: RemoteEntry,
  writing: WritingTime,
  memory: ServerMemory,
): number | undefined {
  if (isLocal(endpoint) || memory.of(endpoint).clockOffsetMs !== undefined) return undefined;
  const offsetMs = clockOffsetMs(written, writing);
  if (offsetMs !== undefined) memory.remember(endpoint, { clockOffsetMs: offsetMs });
  return offsetMs;
}

/** A time that the server's clock gave, as our clock would have told it. */
export function byOurClock(modifiedMs: number, endpoint: Endpoint, memory: ServerMemory): number {
  return modifiedMs - (memory.of(endpoint).clockOffsetMs ?? 0);
}
