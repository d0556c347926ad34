import type { ResolvedPlace } from '../settings/resolve-place.js';
import type { SessionPool } from '../transfers/session-pool.js';
import type { SessionPools } from '../transfers/session-pools.js';

/** Places by their text, resolved once for each connection and settings, so that files of many runs share sessions. */
export interface PlaceBook {
  /**
   * The endpoint object is the same for the same connection (or URL without path) until the settings change; a local
   * place has one for each end, as the two ends of a local copy must not wait for each other's sessions.
   */
  resolve(location: string, end?: 'source' | 'target'): Promise<ResolvedPlace>;
  /** The same place whose every wait has this limit in place of the connection's; one endpoint object for each limit. */
  withTimeout(place: ResolvedPlace, timeoutMs: number): ResolvedPlace;
  /** Pools of the sources, and of the targets: the two ends of a batch are two pools. */
  readonly pools: SessionPools;
  /** A pool for looks and small verbs (list, rename, delete) at that place. */
  poolOf(place: ResolvedPlace): SessionPool;
  /** Forgets everything: the settings changed. Sessions in use end when they are given back. */
  renew(): Promise<void>;
  close(): Promise<void>;
}
