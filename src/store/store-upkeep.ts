export interface Retention {
  readonly keepFailuresMs: number;
  readonly keepSuccessesMs: number;
  readonly keepAuditMs: number;
}

export interface PruneCounts {
  readonly runs: number;
  readonly attempts: number;
}

export interface StoreUpkeep {
  /**
   * Removes what is older, in small pieces so that others can write; how many rows went. Deliveries stay as long as their
   * event is seen; the age of both is counted in days on which their rule was at work.
   */
  prune(retention: Retention, nowMs: number): Promise<PruneCounts>;
  /** What `prune` would remove. */
  prunable(retention: Retention, nowMs: number): Promise<PruneCounts>;
  /**
   * A consistent copy while it is in use, whole or absent under `target` (absolute), and checked. An older copy of that
   * name is replaced; ALREADY_EXISTS for any other file.
   */
  backup(target: string): Promise<void>;
  /** Problems found by the engine's own check and by ours (orphans, states that cannot be); empty = sound. */
  check(): Promise<readonly string[]>;
  schemaVersion(): Promise<number>;
}
