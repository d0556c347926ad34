export interface Retention {
  readonly keepFailuresMs: number;
  readonly keepSuccessesMs: number;
  readonly keepAuditMs: number;
}

export interface StoreUpkeep {
  /** Removes what is older, in small pieces so that others can write; how many rows went. Deliveries stay as long as their event is seen. */
  prune(retention: Retention, nowMs: number): Promise<{ readonly runs: number; readonly attempts: number }>;
  /** A consistent copy while it is in use, whole or absent under `target`. */
  backup(target: string): Promise<void>;
  /** Problems found by the engine's own check and by ours (orphans, states that cannot be); empty = sound. */
  check(): Promise<readonly string[]>;
  schemaVersion(): Promise<number>;
}
