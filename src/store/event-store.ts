/** What triggers remember: which facts were seen, and where each trigger stands. */
export interface EventStore {
  /**
   * Of these event keys of a rule, those that made no run yet. Marks the others as seen now, so that they are
   * kept; a store that is open for reading only marks nothing.
   */
  unknown(rule: string, keys: readonly string[], nowMs: number): Promise<ReadonlySet<string>>;
  /** Marks keys as known without a run: what lay there before the rule began, for example. */
  know(rule: string, keys: readonly string[], nowMs: number): Promise<void>;
  /** A nonce of a webhook: false when it was there already. */
  takeNonce(hook: string, nonce: string, nowMs: number): Promise<boolean>;
  /** Plain data of one trigger of a rule (`schedule`: last fire time; `folder`: health), or undefined. */
  triggerState(rule: string, trigger: string): Promise<unknown>;
  setTriggerState(rule: string, trigger: string, state: unknown): Promise<void>;
}
