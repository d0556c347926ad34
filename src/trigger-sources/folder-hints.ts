/** What the system tells of a folder on its own. Nothing rests on it: what it misses, the next sweep finds. */
export interface FolderHints {
  /**
   * Listens to one folder, not to those below. Undefined where the system tells nothing (a network share, too many
   * watches). Never throws or rejects; a listener is called with `undefined` when something happened but not to which name.
   */
  watch(folder: string, listener: (name: string | undefined) => void): Promise<FolderWatch | undefined>;
}

export interface FolderWatch {
  /** The listener is not called any more. Idempotent. */
  stop(): void;
  /** True once the system has ended it by itself: the folder went, or its buffer ran over. */
  hasEnded(): boolean;
}
